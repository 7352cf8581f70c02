// The local Clerk that this run stands beside, as `cargo clerk-sessions local -- node …` names it in the environment.
import assert from "node:assert/strict";

export const secretKey = process.env.CLERK_SECRET_KEY;
export const publishableKey = process.env.CLERK_PUBLISHABLE_KEY;
export const apiUrl = process.env.CLERK_API_URL;
export const proxyUrl = process.env.CLERK_PROXY_URL;
export const live = publishableKey.startsWith("pk_live_");

/** A request to the control API. */
export async function control(method, path, body) {
  const answer = await fetch(`${apiUrl}/local${path}`, {
    method,
    headers: { "clerk-sessions-local": "1", "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  assert.equal(answer.status, 200, `${method} ${path}: ${await answer.clone().text()}`);
  return answer.json();
}

/** What was asked since a number, as `METHOD /path status`, and that number for the next time. */
export async function requests(after = 0) {
  const all = (await control("GET", `/requests?after=${after}`)).requests;
  return {
    last: all.at(-1)?.number ?? after,
    lines: all.filter((one) => one.path.startsWith("/v1")).map((one) => `${one.method} ${one.path} ${one.status}`),
  };
}

/** The lines that `act` adds to the log. */
export async function during(act) {
  const { last } = await requests();
  const value = await act();
  return { value, lines: (await requests(last)).lines };
}

/** The claims of a token, whoever signed it. */
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}
