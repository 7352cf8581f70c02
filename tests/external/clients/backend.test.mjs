// The official SDK for servers, against the local Clerk: every call that has to do with sessions.
import assert from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, test } from "node:test";
import { createClerkClient, verifyToken } from "@clerk/backend";
import { verifyWebhook } from "@clerk/backend/webhooks";
import { apiUrl, claims, control, during, publishableKey, secretKey } from "./local.mjs";
import { receive, until } from "./receiver.mjs";

const clerk = createClerkClient({ secretKey, publishableKey, apiUrl, telemetry: { disabled: true } });
const user = "user_owner";

let receiver;

before(async () => {
  receiver = await receive();
  await control("POST", "/reset");
});
after(() => receiver.close());

/** The code of the error that a call ends in, with its status. */
async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return `${error.status} ${error.errors[0].code}`;
  }
  return assert.fail("it was not refused");
}

/** A document or API request as a framework hands it on. */
function request(headers, url = "http://localhost:3000/") {
  return new Request(url, { headers });
}

test("sessions are made, listed, read, revoked", async () => {
  const { value: session, lines } = await during(() => clerk.sessions.createSession({ userId: user }));
  assert.deepEqual(lines, ["POST /v1/sessions 200"]);
  assert.equal(session.userId, user);
  assert.equal(session.status, "active");
  assert.equal(session.latestActivity.isMobile, false);
  assert.equal(session.expireAt - session.createdAt, 7 * 24 * 3_600_000);
  assert.equal((await clerk.sessions.getSession(session.id)).clientId, session.clientId);

  const list = await clerk.sessions.getSessionList({ userId: user, status: "active", limit: 10, offset: 0 });
  assert.equal(list.totalCount, list.data.length);
  assert.ok(list.data.some((one) => one.id === session.id));
  const ofClient = await clerk.sessions.getSessionList({ clientId: session.clientId });
  assert.deepEqual(ofClient.data.map((one) => one.id), [session.id]);

  assert.equal((await clerk.sessions.revokeSession(session.id)).status, "revoked");
  assert.equal((await clerk.sessions.getSession(session.id)).status, "revoked");
  assert.equal(await refusal(clerk.sessions.getToken(session.id)), "404 resource_not_found");
  assert.equal(await refusal(clerk.sessions.getSession("sess_unknown")), "404 resource_not_found");
  assert.equal(await refusal(clerk.sessions.createSession({ userId: "user_unknown" })), "404 resource_not_found");
});

test("tokens of sessions are verified, by the key set and by a key", async () => {
  const session = await clerk.sessions.createSession({ userId: user });
  const { jwt } = await clerk.sessions.getToken(session.id);
  const { value, lines } = await during(() => verifyToken(jwt, { secretKey, apiUrl }));
  assert.deepEqual(lines, ["GET /v1/jwks 200"]);
  assert.equal(value.sid, session.id);
  assert.equal(value.sub, user);
  assert.equal(value.v, 2);

  const { keys } = await clerk.jwks.getJwks();
  const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
  assert.equal((await verifyToken(jwt, { jwtKey: pem })).sid, session.id);

  const { jwt: long } = await clerk.sessions.getToken(session.id, undefined, 600);
  assert.equal(claims(long).exp - claims(long).iat, 600);
  assert.equal(await refusal(clerk.sessions.getToken(session.id, undefined, 1)), "422 form_param_value_invalid");
  await assert.rejects(verifyToken(`${jwt.slice(0, -4)}AAAA`, { secretKey, apiUrl }), { reason: "token-invalid-signature" });
  await assert.rejects(verifyToken(jwt, { secretKey, apiUrl, authorizedParties: ["x"], clockSkewInMs: -120_000 }));
});

test("templates are made, changed, used, deleted", async () => {
  const made = await clerk.jwtTemplates.create({
    name: "supabase",
    claims: { email: "{{user.primary_email_address}}", role: "authenticated" },
    lifetime: 90,
    allowedClockSkew: 7,
  });
  assert.equal(made.customSigningKey, false);
  assert.equal(made.signingAlgorithm, "RS256");
  assert.equal((await clerk.jwtTemplates.get(made.id)).name, "supabase");
  const list = await clerk.jwtTemplates.list({ limit: 5 });
  assert.deepEqual([list.totalCount, list.data[0].id], [1, made.id]);

  const session = await clerk.sessions.createSession({ userId: user });
  const { jwt } = await clerk.sessions.getToken(session.id, "supabase");
  const told = claims(jwt);
  assert.deepEqual([told.email, told.role, told.sid], ["owner@example.com", "authenticated", undefined]);
  assert.deepEqual([told.exp - told.iat, told.iat - told.nbf], [90, 7]);
  const { jwt: long } = await clerk.sessions.getToken(session.id, "supabase", 300);
  assert.equal(claims(long).exp - claims(long).iat, 300);
  assert.equal(await refusal(clerk.sessions.getToken(session.id, "nothing")), "404 resource_not_found");

  const update = { templateId: made.id, name: "other", claims: { a: 1 }, customSigningKey: true };
  const changed = await clerk.jwtTemplates.update({ ...update, signingAlgorithm: "HS256", signingKey: "s3cret" });
  assert.deepEqual([changed.id, changed.name, changed.customSigningKey], [made.id, "other", true]);
  const reserved = clerk.jwtTemplates.create({ name: "x", claims: { iss: "x" } });
  assert.equal(await refusal(reserved), "400 jwt_template_reserved_claim");
  assert.equal((await clerk.jwtTemplates.delete(made.id)).deleted, true);
  assert.equal(await refusal(clerk.jwtTemplates.get(made.id)), "404 resource_not_found");
});

test("tickets and actors", async () => {
  const ticket = await clerk.signInTokens.createSignInToken({ userId: user, expiresInSeconds: 60 });
  assert.deepEqual([ticket.userId, ticket.status], [user, "pending"]);
  assert.equal((await clerk.signInTokens.revokeSignInToken(ticket.id)).status, "revoked");
  const actor = await clerk.actorTokens.create({ userId: "user_member", actor: { sub: user } });
  assert.deepEqual([actor.userId, actor.actor.sub, actor.status], ["user_member", user, "pending"]);
  assert.equal((await clerk.actorTokens.revoke(actor.id)).status, "revoked");
  assert.ok((await clerk.testingTokens.createTestingToken()).token);
});

test("clients and people", async () => {
  const session = await clerk.sessions.createSession({ userId: user });
  const client = await clerk.clients.getClient(session.clientId);
  assert.deepEqual(client.sessionIds, [session.id]);
  assert.equal(client.lastActiveSessionId, session.id);
  assert.equal(await refusal(clerk.clients.verifyClient("unknown")), "404 resource_not_found");

  assert.equal((await clerk.users.getUser(user)).primaryEmailAddress.emailAddress, "owner@example.com");
  const users = await clerk.users.getUserList({ emailAddress: ["member@example.com"] });
  assert.deepEqual([users.totalCount, users.data[0].id], [1, "user_member"]);
  assert.equal(await clerk.users.getCount(), 2);
  const memberships = await clerk.users.getOrganizationMembershipList({ userId: user });
  assert.equal(memberships.data[0].organization.slug, "example");
  const organization = await clerk.organizations.getOrganization({ slug: "example" });
  assert.equal(organization.membersCount, 2);
  assert.equal((await clerk.organizations.getOrganizationList()).totalCount, 1);
  const members = await clerk.organizations.getOrganizationMembershipList({ organizationId: organization.id });
  assert.deepEqual(members.data.map((one) => one.publicUserData.userId).sort(), ["user_member", user]);
});

test("requests are authenticated by a header and by cookies", async () => {
  const { jwt, session_id: id } = await control("POST", "/tokens", { organization: "example", party: "http://localhost:3000" });
  const byHeader = await clerk.authenticateRequest(request({ authorization: `Bearer ${jwt}` }));
  assert.deepEqual([byHeader.status, byHeader.toAuth().sessionId, byHeader.toAuth().orgSlug], ["signed-in", id, "example"]);
  assert.ok(byHeader.toAuth().has({ role: "org:admin" }));

  const uat = claims(jwt).iat - 1;
  const cookie = `__session=${jwt}; __client_uat=${uat}; __clerk_db_jwt=dvb_x`;
  const parties = { authorizedParties: ["http://localhost:3000"] };
  const byCookie = await clerk.authenticateRequest(request({ cookie }), parties);
  assert.deepEqual([byCookie.status, byCookie.toAuth().sessionId], ["signed-in", id]);
  const foreign = await clerk.authenticateRequest(request({ cookie }), { authorizedParties: ["http://localhost:1"] });
  assert.equal(foreign.status, "signed-out");

  for (const bad of ["expired", "not-yet-valid", "tampered", "wrong-key", "alg-none", "pending"]) {
    const { jwt } = await control("POST", "/tokens", { bad });
    const state = await clerk.authenticateRequest(request({ authorization: `Bearer ${jwt}` }));
    assert.equal(state.toAuth()?.userId ?? null, null, bad);
  }
});

test("a wrong secret key is told from an outage", async () => {
  const { jwt } = await control("POST", "/tokens", {});
  const wrong = { secretKey: "sk_test_wrong", apiUrl, skipJwksCache: true };
  await assert.rejects(verifyToken(jwt, wrong), { reason: "secret-key-invalid" });
  assert.equal(await refusal(createClerkClient({ secretKey: "sk_test_wrong", apiUrl }).users.getUserList()), "401 clerk_key_invalid");
  await control("POST", "/jwks", { mode: "absent" });
  await assert.rejects(verifyToken(jwt, { secretKey, apiUrl, skipJwksCache: true }), { reason: "jwk-remote-failed-to-load" });
  await control("POST", "/jwks", { mode: "ok" });
  await control("POST", "/keys/rotate", { keep_old: false });
  await assert.rejects(verifyToken(jwt, { secretKey, apiUrl, skipJwksCache: true }), { reason: "token-invalid-signature" });
});

test("session events are signed", async () => {
  const { id } = await clerk.sessions.createSession({ userId: user });
  await clerk.sessions.revokeSession(id);
  const ofSession = () => receiver.events.filter(({ body }) => JSON.parse(body).data.id === id);
  await until(() => ofSession().length === 2);
  const signingSecret = process.env.CLERK_WEBHOOK_SIGNING_SECRET;
  const verified = ofSession().map(({ headers, body }) =>
    verifyWebhook(new Request("http://localhost/", { method: "POST", headers, body }), { signingSecret }),
  );
  assert.deepEqual((await Promise.all(verified)).map((event) => event.type).sort(), ["session.created", "session.revoked"]);
  const [{ headers, body }] = ofSession();
  const changed = new Request("http://localhost/", { method: "POST", headers, body: body.replace("active", "ended") });
  await assert.rejects(verifyWebhook(changed, { signingSecret }));
});
