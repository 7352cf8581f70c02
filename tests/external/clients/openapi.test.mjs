// Every answer of the local Clerk, against Clerk's OpenAPI documents.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gaps } from "./gaps.mjs";
import { apiUrl, control, secretKey } from "./local.mjs";
import { receive, until } from "./receiver.mjs";
import { folder, read } from "./schemas.mjs";

const skip = folder ? false : "not checked: CLERK_OPENAPI_DIR is unset";
const [owner, member, organization] = ["user_owner", "user_member", "org_example"];
const origin = "http://localhost:3000";
const met = new Set();
const seen = new Set();
let bapi, fapi, webhooks, receiver, dev;

before(async () => {
  if (skip) return;
  [bapi, fapi, webhooks] = ["bapi", "fapi", "webhooks"].map(read);
  receiver = await receive();
  await control("POST", "/reset");
  dev = (await (await fetch(`${apiUrl}/v1/dev_browser`, { method: "POST" })).json()).id;
});
after(() => receiver?.close());

/** Holds an answer to the document, unless the difference is a known one. */
async function held(document, operation, url, init, status) {
  const answer = await fetch(url, { redirect: "manual", ...init });
  const text = await answer.text();
  assert.equal(answer.status, status, `${operation} ${text}`);
  seen.add(operation.split("?")[0]);
  const body = text && JSON.parse(text);
  judge(operation, String(status), document.answer(operation, String(status), body), text);
  return body;
}

/** Nothing is to be complained of, unless it is a known gap. */
function judge(named, of, complaints, text) {
  const gap = gaps.find((gap) => gap[0] === named && gap[1] === of);
  if (gap && complaints.length > 0) met.add(gap);
  else assert.deepEqual(complaints, [], `${named} ${of} ${text}`);
}

/** A call of the Backend API. `names` fills in what stands in braces. */
function backend(operation, names = [], body, status = 200, key = secretKey) {
  const [method, template] = operation.split(" ");
  let index = 0;
  const path = template.replace(/\{\w+\}/g, () => names[index++]);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const query = names[index] ? `${path.includes("?") ? "&" : "?"}${names[index]}` : "";
  return held(bapi, operation, `${apiUrl}/v1${path}${query}`, { method, headers, body: body && JSON.stringify(body) }, status);
}

/** A call of the Frontend API, as a browser makes it. */
function frontend(operation, names = [], form, status = 200, query = "") {
  const [method, template] = operation.split(" ");
  let index = 0;
  const path = template.replace(/\{\w+\}/g, () => names[index++]);
  const other = ["GET", "POST"].includes(method) ? "" : `&_method=${method}`;
  const url = `${apiUrl}${path}?__clerk_db_jwt=${dev}${other}${query}`;
  const init = { method: method === "GET" ? "GET" : "POST", headers: { origin } };
  if (form) init.body = new URLSearchParams(form);
  return held(fapi, operation, url, init, status);
}

test("the Backend API: sessions and tokens", { skip }, async () => {
  await backend("GET /jwks");
  await backend("GET /jwks", [], undefined, 401, "sk_test_wrong");
  const { id, client_id: client } = await backend("POST /sessions", [], { user_id: owner });
  await backend("POST /sessions", [], { user_id: owner, active_organization_id: organization });
  await backend("POST /sessions", [], {}, 422);
  await backend("POST /sessions", [], { user_id: "user_unknown" }, 404);
  await backend("GET /sessions", [`user_id=${owner}`]);
  await backend("GET /sessions", [`client_id=${client}&status=active&limit=1&offset=0`]);
  await backend("GET /sessions", [], undefined, 422);
  await backend("GET /sessions", [], undefined, 401, "sk_test_wrong");
  await backend("GET /sessions?paginated=true", [`user_id=${owner}`]);
  await backend("GET /sessions/{session_id}", [id]);
  await backend("GET /sessions/{session_id}", ["sess_unknown"], undefined, 404);
  await backend("PATCH /sessions/{session_id}", [id], { expire_at: Date.now() + 3_600_000 });
  await backend("GET /clients/{client_id}", [client]);
  await backend("GET /clients/{client_id}", ["client_unknown"], undefined, 404);
  await backend("POST /clients/verify", [], { token: "unknown" }, 404);
  await backend("POST /sessions/{session_id}/tokens", [id]);
  await backend("POST /sessions/{session_id}/tokens", [id], { expires_in_seconds: 60 });
  await backend("POST /sessions/{session_id}/tokens", ["sess_unknown"], undefined, 404);
  const { id: template } = await backend("POST /jwt_templates", [], { name: "t", claims: { a: "{{user.id}}" } });
  await backend("POST /sessions/{session_id}/tokens/{template_name}", [id, "t"]);
  await backend("POST /sessions/{session_id}/tokens/{template_name}", [id, "unknown"], undefined, 404);
  await backend("POST /jwt_templates", [], { name: "x", claims: { exp: 1 } }, 400);
  await backend("POST /jwt_templates", [], { name: "x" }, 422);
  await backend("GET /jwt_templates");
  await backend("GET /jwt_templates?paginated=true");
  await backend("GET /jwt_templates/{template_id}", [template]);
  await backend("GET /jwt_templates/{template_id}", ["jtmp_unknown"], undefined, 404);
  await backend("PATCH /jwt_templates/{template_id}", [template], { name: "u", claims: {} });
  await backend("PATCH /jwt_templates/{template_id}", [template], { claims: {} }, 422);
  await backend("DELETE /jwt_templates/{template_id}", [template]);
  await backend("DELETE /jwt_templates/{template_id}", [template], undefined, 404);
  await backend("POST /sessions/{session_id}/revoke", [id]);
  await backend("POST /sessions/{session_id}/revoke", ["sess_unknown"], undefined, 404);
});

test("the Backend API: people and tickets", { skip }, async () => {
  await backend("GET /users");
  await backend("GET /users", ["limit=0"], undefined, 422);
  await backend("GET /users/count");
  await backend("GET /users/{user_id}", [owner]);
  await backend("GET /users/{user_id}", ["user_unknown"], undefined, 404);
  await backend("GET /users/{user_id}/organization_memberships", [owner]);
  await backend("GET /organizations");
  await backend("GET /organizations/{organization_id}", [organization]);
  await backend("GET /organizations/{organization_id}", ["org_unknown"], undefined, 404);
  await backend("GET /organizations/{organization_id}/memberships", [organization]);
  const { id } = await backend("POST /sign_in_tokens", [], { user_id: owner });
  await backend("POST /sign_in_tokens", [], { user_id: "user_unknown" }, 404);
  await backend("POST /sign_in_tokens", [], {}, 422);
  await backend("POST /sign_in_tokens/{sign_in_token_id}/revoke", [id]);
  await backend("POST /sign_in_tokens/{sign_in_token_id}/revoke", [id], undefined, 400);
  await backend("POST /sign_in_tokens/{sign_in_token_id}/revoke", ["sit_unknown"], undefined, 404);
  const { id: actor } = await backend("POST /actor_tokens", [], { user_id: member, actor: { sub: owner } });
  await backend("POST /actor_tokens", [], { user_id: member }, 422);
  await backend("POST /actor_tokens/{actor_token_id}/revoke", [actor]);
  await backend("POST /actor_tokens/{actor_token_id}/revoke", [actor], undefined, 400);
  await backend("POST /actor_tokens/{actor_token_id}/revoke", ["act_unknown"], undefined, 404);
  await backend("POST /testing_tokens");
});

test("the Frontend API", { skip }, async () => {
  await frontend("GET /.well-known/jwks.json");
  await frontend("GET /v1/health");
  await frontend("GET /v1/environment");
  await frontend("PATCH /v1/environment");
  await frontend("POST /v1/dev_browser");
  await frontend("GET /v1/client");
  await frontend("PUT /v1/client");
  await frontend("POST /v1/client");
  const ticket = async (user_id) => (await backend("POST /sign_in_tokens", [], { user_id })).token;
  const signIn = async (user) => {
    const form = { strategy: "ticket", ticket: await ticket(user) };
    return (await frontend("POST /v1/client/sign_ins", [], form)).response.created_session_id;
  };
  const [first, second] = [await signIn(owner), await signIn(member)];
  await frontend("POST /v1/client/sign_ins", [], { strategy: "ticket", ticket: "unknown" }, 422);
  await frontend("GET /v1/client");
  const session = "/v1/client/sessions/{session_id}";
  await frontend(`GET ${session}`, [first]);
  await frontend(`GET ${session}`, ["sess_unknown"], undefined, 404);
  await frontend(`POST ${session}/touch`, [first], { active_organization_id: organization, intent: "select_org" });
  await frontend(`POST ${session}/touch`, [first], { intent: "unknown" }, 422);
  await frontend(`POST ${session}/touch`, [first], { active_organization_id: "org_unknown" }, 403);
  await frontend(`POST ${session}/tokens`, [first], { organization_id: "" });
  await frontend(`POST ${session}/tokens`, ["sess_unknown"], {}, 404);
  await backend("POST /jwt_templates", [], { name: "f", claims: {} });
  await frontend(`POST ${session}/tokens/{template_name}`, [first, "f"]);
  await frontend(`POST ${session}/tokens/{template_name}`, [first, "unknown"], {}, 404);
  await frontend(`POST ${session}/verify`, [first], { level: "first_factor" });
  await frontend(`POST ${session}/verify`, [first], { level: "unknown" }, 422);
  await frontend(`POST ${session}/verify/prepare_first_factor`, [first], { strategy: "email_code" });
  await frontend(`POST ${session}/verify/attempt_first_factor`, [first], { strategy: "password", password: "any" });
  await frontend(`POST ${session}/verify/attempt_first_factor`, [first], {}, 422);
  await frontend(`POST ${session}/verify/prepare_second_factor`, [first], { strategy: "phone_code" });
  await frontend(`POST ${session}/verify/attempt_second_factor`, [first], { strategy: "totp", code: "424242" });
  const within = `&_clerk_session_id=${first}`;
  await frontend("GET /v1/me", [], undefined, 200, within);
  await frontend("GET /v1/me/organization_memberships", [], undefined, 200, within);
  await frontend("GET /v1/me/sessions", [], undefined, 200, within);
  await frontend("GET /v1/me/sessions/active", [], undefined, 200, within);
  await frontend("POST /v1/me/sessions/{session_id}/revoke", ["sess_unknown"], {}, 404, within);
  const third = await signIn(owner);
  await control("POST", `/sessions/${third}/tasks`, { tasks: ["choose-organization"] });
  await frontend("GET /v1/client");
  await frontend("POST /v1/me/sessions/{session_id}/revoke", [third], {}, 200, within);
  await frontend(`POST ${session}/remove`, [first]);
  await frontend(`POST ${session}/touch`, [first], {}, 401);
  await frontend(`POST ${session}/end`, [second]);
  await frontend("GET /v1/me", [], undefined, 401);
  await signIn(owner);
  await frontend("DELETE /v1/client/sessions");
  await frontend("DELETE /v1/client");
  await handshakes();
  dev = "dvb_unknown";
  await frontend("GET /v1/client", [], undefined, 401);
});

async function handshakes() {
  const handshake = `/v1/client/handshake?__clerk_db_jwt=${dev}&redirect_url=`;
  await held(fapi, "GET /v1/client/handshake", `${apiUrl}${handshake}`, {}, 422);
  await held(fapi, "GET /v1/client/handshake", `${apiUrl}${handshake}http://foreign.test`, {}, 400);
  const to = await fetch(`${apiUrl}${handshake}${origin}&format=nonce`, { redirect: "manual" });
  const nonce = new URL(to.headers.get("location")).searchParams.get("__clerk_handshake_nonce");
  await backend("GET /clients/handshake_payload", [`nonce=${nonce}`]);
}

test("the refresh of a session", { skip }, async () => {
  const { jwt, session_id: id } = await control("POST", "/tokens", {});
  const body = { expired_token: jwt, refresh_token: "unknown", request_origin: origin };
  await backend("POST /sessions/{session_id}/refresh", [id], body, 401);
});

test("session events", { skip }, async () => {
  const kinds = ["session.created", "session.pending", "session.ended", "session.removed", "session.revoked"];
  const missing = () => kinds.filter((kind) => !receiver.events.some(({ body }) => JSON.parse(body).type === kind));
  await until(() => missing().length === 0);
  assert.deepEqual(missing(), []);
  for (const { body } of receiver.events) {
    const event = JSON.parse(body);
    // `SessionEventPayload` cannot be met: it adds `user` to a `Session` that takes no further member.
    const { user, ...session } = event.data;
    const complaints = [...webhooks.value("Session", session), ...webhooks.value("User", user)];
    judge(event.type, "event", complaints, body);
  }
});

test("every operation of theirs that is served was asked, and every gap was met", { skip }, async () => {
  for (const [document, base] of [[bapi, `${apiUrl}/v1`], [fapi, apiUrl]]) {
    for (const operation of document.operations.filter((operation) => !seen.has(operation))) {
      const [method, path] = operation.split(" ");
      const query = ["GET", "POST"].includes(method) || base !== apiUrl ? "" : `?_method=${method}`;
      const headers = { authorization: `Bearer ${secretKey}` };
      const answer = await fetch(`${base}${path.replace(/[{}]/g, "")}${query}`, { method: query ? "POST" : method, headers });
      assert.ok([404, 405].includes(answer.status), `${operation} is served and was not asked: ${answer.status}`);
      assert.ok((await answer.json()).errors[0].code, operation);
    }
  }
  assert.deepEqual(gaps.filter((gap) => !met.has(gap)), []);
});
