// The official SDK for browsers, in Chromium, against the local Clerk in the variant that this run was started with.
//
// Ids and the request log are looked at, never `Clerk.status`: in a browser that is driven, it says `ready` without a client.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { clerk, live, start } from "./app.mjs";
import { launch, load, open, reload, signIn, signOut, state, token, visitor } from "./browser.mjs";
import { claims, control, during, proxyUrl, publishableKey } from "./local.mjs";

const [owner, member] = ["user_owner", "user_member"];
const keyHost = Buffer.from(publishableKey.split("_")[2], "base64").toString();
const devBrowser = keyHost.endsWith("accounts.dev$");
let app, browser, url;

before(async () => {
  [app, browser] = [await start(), await launch()];
  url = `http://localhost:${app.port}`;
});
after(async () => {
  await browser.close();
  app.server.close();
});
beforeEach(() => control("POST", "/reset"));

test("it loads, signed out", async (t) => {
  const context = await visitor(browser, t);
  const { value: page, lines } = await during(() => open(context, `${url}/`));
  const environment = `${live ? "GET" : "PATCH"} /v1/environment 200`;
  const dev = devBrowser ? ["POST /v1/dev_browser 200"] : [];
  assert.deepEqual(lines.sort(), ["GET /v1/client 200", environment, ...dev].sort());
  assert.equal(await page.evaluate(() => window.Clerk.instanceType), live ? "production" : "development");
  const told = await page.evaluate(() => window.Clerk.__internal_environment?.displayConfig.instanceEnvironmentType);
  assert.equal(told, live ? "production" : "development");
  assert.equal((await state(page)).session, null);
});

test("two sessions are added, switched, touched and left one by one", async (t) => {
  const context = await visitor(browser, t);
  const page = await open(context, `${url}/`);
  const { value: first, lines } = await during(() => signIn(page, owner));
  assert.deepEqual(
    lines.filter((line) => !line.includes("sign_in_tokens")),
    ["POST /v1/client/sign_ins 200", `POST /v1/client/sessions/${first}/touch 200`],
  );
  const second = await signIn(page, member);
  const both = [first, second].sort();
  const { client } = await state(page);
  assert.deepEqual(await state(page), { client, sessions: both, session: second, user: member, organization: null });
  assert.equal(claims(await token(page)).sid, second);

  const switching = await during(() => page.evaluate((session) => window.Clerk.setActive({ session }), first));
  assert.deepEqual(switching.lines, [`POST /v1/client/sessions/${first}/touch 200`]);
  assert.deepEqual(await state(page), { client, sessions: both, session: first, user: owner, organization: null });
  await reload(page);
  assert.deepEqual(await state(page), { client, sessions: both, session: first, user: owner, organization: null });
  const tab = await open(context, `${url}/other`);
  assert.deepEqual(await state(tab), { client, sessions: both, session: first, user: owner, organization: null });

  const touching = await during(() => page.evaluate(() => window.Clerk.session.touch()));
  assert.deepEqual(touching.lines, [`POST /v1/client/sessions/${first}/touch 200`]);
  const active = await page.evaluate(async () => (await window.Clerk.user.getSessions()).map((one) => one.id));
  assert.deepEqual(active, [first]);

  await signOut(page, { sessionId: first });
  assert.deepEqual(await state(page), { client, sessions: [second], session: second, user: member, organization: null });
  await signOut(page, { sessionId: second });
  assert.deepEqual((await state(page)).sessions, []);
  assert.deepEqual([(await clerk.sessions.getSession(first)).status, (await clerk.sessions.getSession(second)).status], [
    "removed",
    "removed",
  ]);
});

test("both sessions are left at once", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  await signIn(page, owner);
  await signIn(page, member);
  const { lines } = await during(() => signOut(page));
  assert.ok(lines.includes("DELETE /v1/client/sessions 200"), lines);
  assert.deepEqual((await state(page)).sessions, []);
  const cookies = await page.evaluate(() => document.cookie);
  assert.ok(!cookies.includes("__session="), cookies);
  await reload(page);
  assert.equal((await state(page)).session, null);
});

test("tokens are cached, refreshed, and made from templates", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const session = await signIn(page, owner);
  await token(page);
  const cached = await during(() => token(page));
  assert.deepEqual(cached.lines, []);
  const { value: fresh, lines } = await during(() => token(page, { skipCache: true }));
  assert.deepEqual(lines, [`POST /v1/client/sessions/${session}/tokens 200`]);
  const told = claims(fresh);
  assert.deepEqual([told.sid, told.sub, told.azp, told.fva], [session, owner, url, [0, -1]]);
  assert.notEqual(fresh, cached.value);

  await clerk.jwtTemplates.create({ name: "hasura", claims: { email: "{{user.primary_email_address}}" } });
  assert.equal(claims(await token(page, { template: "hasura" })).email, "owner@example.com");
  const code = await page.evaluate(() =>
    window.Clerk.session.getToken({ template: "nothing" }).catch((error) => error.errors[0].code),
  );
  assert.equal(code, "resource_not_found");
});

test("the organization is switched", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const session = await signIn(page, owner);
  assert.equal(claims(await token(page)).o, undefined);
  const { lines } = await during(() => page.evaluate(() => window.Clerk.setActive({ organization: "org_example" })));
  assert.equal(lines[0], `POST /v1/client/sessions/${session}/touch 200`);
  assert.equal((await state(page)).organization, "org_example");
  const { o } = claims(await token(page));
  assert.deepEqual([o.id, o.slg, o.rol], ["org_example", "example", "admin"]);
  assert.ok(await page.evaluate(() => window.Clerk.session.checkAuthorization({ role: "org:admin" })));
  await page.evaluate(() => window.Clerk.setActive({ organization: null }));
  assert.equal(claims(await token(page)).o, undefined);
  await page.evaluate(() => window.Clerk.setActive({ organization: "example" }));
  assert.equal((await state(page)).organization, "org_example");
  const list = await page.evaluate(async () => (await window.Clerk.user.getOrganizationMemberships()).data.map((one) => one.organization.slug));
  assert.deepEqual(list, ["example"]);
});

test("a pending session has its task done", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const session = await signIn(page, owner);
  await control("POST", `/sessions/${session}/tasks`, { tasks: ["choose-organization"] });
  await reload(page);
  const seen = () =>
    page.evaluate(() => {
      const [one] = window.Clerk.client.sessions;
      return [one.id, one.status, one.currentTask?.key, window.Clerk.client.signedInSessions.length];
    });
  assert.deepEqual(await seen(), [session, "pending", "choose-organization", 1]);
  await page.evaluate((session) => window.Clerk.setActive({ session, organization: "org_example" }), session);
  assert.deepEqual(await seen(), [session, "active", undefined, 1]);
  assert.equal(claims(await token(page)).sts, undefined);
});

test("what the backend revokes is gone in the page", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const first = await signIn(page, owner);
  const second = await signIn(page, member);
  await clerk.sessions.revokeSession(second);
  await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }).catch(() => null));
  await page.waitForFunction(() => window.Clerk.client.sessions.length === 1, null, { timeout: 10_000 });
  assert.deepEqual((await state(page)).sessions, [first]);
});

test("a factor is verified again", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const session = await signIn(page, owner);
  await control("POST", `/sessions/${session}/factors`, { first: "2h" });
  assert.equal(claims(await token(page, { skipCache: true })).fva[0], 120);
  const status = await page.evaluate(async () => {
    const begun = await window.Clerk.session.startVerification({ level: "first_factor" });
    const done = await window.Clerk.session.attemptFirstFactorVerification({ strategy: "password", password: "any" });
    return [begun.status, done.status];
  });
  assert.deepEqual(status, ["needs_first_factor", "complete"]);
  assert.equal(claims(await token(page, { skipCache: true })).fva[0], 0);
});

test("a session is shown with whoever acts in it", async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const { token: ticket } = await clerk.actorTokens.create({ userId: member, actor: { sub: owner } });
  await page.evaluate(async (ticket) => {
    const { createdSessionId } = await window.Clerk.client.signIn.create({ strategy: "ticket", ticket });
    await window.Clerk.setActive({ session: createdSessionId });
  }, ticket);
  assert.equal(await page.evaluate(() => window.Clerk.session.actor.sub), owner);
  const told = claims(await token(page));
  assert.deepEqual([told.sub, told.act.sub], [member, owner]);
});

/** Opens a document of the app's server and answers what that made of it. */
async function document(context, path = "/server") {
  const page = await context.newPage();
  app.asked.length = 0;
  await page.goto(`${url}${path}`);
  const text = await page.evaluate(() => document.body.textContent);
  const at = page.url();
  await page.close();
  return { ...JSON.parse(text), at, asked: app.asked.length };
}

/** Takes the token from the app's cookies, as its end does. */
async function withoutToken(context) {
  await context.clearCookies({ name: /^__session/ });
}

test("documents are answered after a handshake, once", async (t) => {
  const context = await visitor(browser, t);
  const out = await document(context);
  assert.equal(out.status, "signed-out");
  assert.ok(out.asked <= 3, `${out.asked} requests`);
  const page = await open(context, `${url}/`);
  const session = await signIn(page, owner);
  await reload(page);
  await token(page, { skipCache: true });
  const signedIn = await document(context);
  assert.deepEqual([signedIn.status, signedIn.sessionId, signedIn.asked], ["signed-in", session, 1], JSON.stringify(signedIn));

  // Without a token the browser is sent for one, and comes back with it.
  await page.close();
  await withoutToken(context);
  const { value: back, lines } = await during(() => document(context, "/server/deep?x=1"));
  assert.deepEqual([back.status, back.sessionId, back.asked], ["signed-in", session, 2 + Number(!live)], JSON.stringify(back));
  assert.equal(back.at, `${url}/server/deep?x=1`);
  assert.deepEqual(lines.filter((line) => line.includes("handshake")), [
    "GET /v1/client/handshake 307",
    "GET /v1/clients/handshake_payload 200",
  ]);
  for (let round = 0; round < 3; round += 1) {
    const again = await document(context);
    assert.deepEqual([again.status, again.sessionId, again.asked], ["signed-in", session, 1]);
  }
});

test("a handshake comes back as a token, too", async (t) => {
  const context = await visitor(browser, t);
  const page = await open(context, `${url}/`);
  const session = await signIn(page, owner);
  const dev = await page.evaluate(() => document.cookie.match(/__clerk_db_jwt=([^;]+)/)?.[1]);
  await page.close();
  await withoutToken(context);
  const query = new URLSearchParams({ redirect_url: `${url}/server`, suffixed_cookies: "true", format: "token" });
  if (dev) query.set("__clerk_db_jwt", dev);
  const tab = await context.newPage();
  await tab.goto(`${proxyUrl}/v1/client/handshake?${query}`);
  const seen = JSON.parse(await tab.evaluate(() => document.body.textContent));
  assert.deepEqual([seen.status, seen.sessionId], ["signed-in", session], JSON.stringify(seen));
  assert.equal(tab.url(), `${url}/server`);
});

test("an old token is refreshed by the server, without the browser", async (t) => {
  const context = await visitor(browser, t);
  const page = await open(context, `${url}/`);
  const session = await signIn(page, owner);
  await page.close();
  await withoutToken(context);
  assert.equal((await document(context)).sessionId, session);
  const { jwt } = await control("POST", "/tokens", { session, bad: "expired", party: url });
  const uat = String(claims(jwt).iat - 1);
  const value = (name) => (name.startsWith("__session") ? jwt : uat);
  const cookies = (await context.cookies(url)).filter((one) => /^__(session|client_uat)/.test(one.name));
  assert.equal(cookies.length, 4);
  await context.addCookies(cookies.map((one) => ({ ...one, value: value(one.name) })));
  const { value: back, lines } = await during(() => document(context));
  assert.deepEqual([back.status, back.sessionId, back.asked], ["signed-in", session, 1], JSON.stringify(back));
  assert.deepEqual(lines, [`POST /v1/sessions/${session}/refresh 200`]);
});

test("it works through a proxy of the app's own origin", async (t) => {
  const context = await visitor(browser, t);
  const page = await open(context, `${url}/proxied`);
  const session = await signIn(page, owner);
  assert.equal(claims(await token(page, { skipCache: true })).azp, url);
  await reload(page);
  assert.equal((await state(page)).session, session);
  assert.equal(claims(await token(page)).azp, url);
});

test("under another name of this machine, where a dev browser carries the client", { skip: !devBrowser }, async (t) => {
  const page = await open(await visitor(browser, t), `http://127.0.0.1:${app.port}/`);
  const session = await signIn(page, owner);
  await reload(page);
  assert.equal((await state(page)).session, session);
});

test("the front page needs no scripts, and fits a telephone", async (t) => {
  const context = await visitor(browser, t, { javaScriptEnabled: false, viewport: { width: 360, height: 640 } });
  const front = await context.newPage();
  const button = (name) => front.getByRole("button", { name }).first();
  const again = () => front.goto(proxyUrl.replace("/__clerk", "/"));
  for (const user of [owner, member]) {
    await again();
    const signIn = button(`Sign in as ${user.replace("user_", "")}@example.com`);
    const frontend = front.locator("form", { has: signIn }).getByLabel("Frontend");
    if ((await frontend.count()) > 0) await frontend.fill(url);
    await signIn.click();
    // Under whatever name a page of the app asked last.
    await front.waitForURL((at) => at.port === String(app.port));
  }
  await again();
  assert.ok((await front.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await button("Token for owner@example.com").click();
  const command = await front.locator("pre").textContent();
  assert.equal(claims(command.split(/[ ']/).find((word) => word.startsWith("ey"))).sub, owner);
  assert.ok((await front.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  const [first] = (await clerk.sessions.getSessionList({ userId: owner })).data;
  const [second] = (await clerk.sessions.getSessionList({ userId: member })).data;
  await button("Expire for owner@example.com").click();
  await button("Revoke for member@example.com").click();
  await front.getByText("Nobody is signed in.").waitFor();
  const status = async ({ id }) => (await clerk.sessions.getSession(id)).status;
  assert.deepEqual([await status(first), await status(second)], ["expired", "revoked"]);
});

test("sign in as, on the front page", async (t) => {
  const context = await visitor(browser, t);
  await open(context, `${url}/`);
  const front = await context.newPage();
  await front.goto(proxyUrl.replace("/__clerk", "/"));
  await front.getByRole("button", { name: "Sign in as owner@example.com" }).click();
  await front.waitForURL(`${url}/**`);
  await load(front);
  assert.equal((await state(front)).user, owner);
  assert.ok(!front.url().includes("__clerk_db_jwt"), front.url());
});

// Without a dev browser `clerk-js` cannot build the address, whatever answers it.
const withoutWay = !live && !devBrowser;

test("the frontend's own sign-in has no way there", { skip: !withoutWay }, async (t) => {
  const page = await open(await visitor(browser, t), `${url}/`);
  const message = await page.evaluate(() => window.Clerk.redirectToSignIn().catch((error) => error.message));
  assert.match(message, /Missing dev browser/);
});

test("the frontend's own sign-in comes back signed in", { skip: withoutWay }, async (t) => {
  const context = await visitor(browser, t);
  const page = await open(context, `${url}/deep?x=1`);
  await page.evaluate(() => void window.Clerk.redirectToSignIn());
  await page.waitForURL(/\/sign-in/);
  await page.getByRole("button", { name: "Sign in as member@example.com" }).click();
  await page.waitForURL(`${url}/deep?x=1**`);
  await load(page);
  assert.equal((await state(page)).user, member);
  assert.equal(page.url(), `${url}/deep?x=1`);
});
