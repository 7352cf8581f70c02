// A small application: pages with `clerk-js`, documents that its server authenticates, and the proxy of a dev server.
import { createServer, request as forward } from "node:http";
import { createClerkClient } from "@clerk/backend";
import { apiUrl, live, proxyUrl, publishableKey, secretKey } from "./local.mjs";

const clerk = createClerkClient({ secretKey, publishableKey, apiUrl, proxyUrl, telemetry: { disabled: true } });

/** A page that has `clerk-js` ready to be loaded, which reaches the local Clerk directly or through the app's own origin. */
function page(through) {
  const script = `${through}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`;
  return `<!doctype html><title>app</title>
<script src="${script}" data-clerk-publishable-key="${publishableKey}" data-clerk-proxy-url="${through}"></script>`;
}

/**
 * What the server makes of a request for a document: the answer with its redirect, or who is signed in. It names no authorized
 * parties: tokens of a handshake have no `azp`, and the SDK would send the browser there again.
 */
async function document(request, origin) {
  const state = await clerk.authenticateRequest(
    new Request(new URL(request.url, origin), { headers: new Headers(Object.entries(request.headers)) }),
  );
  const headers = [...state.headers].filter(([name]) => name !== "set-cookie");
  const cookies = state.headers.getSetCookie();
  if (state.headers.get("location")) return { status: 307, headers, cookies, body: "" };
  const { sessionId, userId, orgId } = state.toAuth() ?? {};
  const seen = { status: state.status, reason: state.reason, sessionId, userId, orgId };
  return { status: 200, headers: [...headers, ["content-type", "application/json"]], cookies, body: JSON.stringify(seen) };
}

/** Hands a request on under the app's own host name, as a dev server's proxy with `changeOrigin: false` does. */
function proxied(request, answer) {
  const { hostname, port } = new URL(apiUrl);
  const { method, headers, url: path } = request;
  const onward = forward({ hostname, port, method, headers, path }, (from) => {
    answer.writeHead(from.statusCode, from.headers);
    from.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  request.pipe(onward);
}

/** Starts it on a free port; every document that is asked for is noted in `asked`. */
export function start() {
  const asked = [];
  const server = createServer(async (request, answer) => {
    const { pathname } = new URL(request.url, "http://app");
    if (pathname.startsWith("/__clerk")) return proxied(request, answer);
    if (pathname.startsWith("/server")) {
      asked.push(request.url);
      const { status, headers, cookies, body } = await document(request, `http://${request.headers.host}`);
      for (const [name, value] of headers) answer.setHeader(name, value);
      answer.setHeader("set-cookie", cookies);
      answer.writeHead(status).end(body);
      return;
    }
    if (pathname === "/favicon.ico") return answer.writeHead(204).end();
    answer.setHeader("content-type", "text/html; charset=utf-8");
    answer.end(page(pathname.startsWith("/proxied") ? "/__clerk" : proxyUrl));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ server, port: server.address().port, asked }));
  });
}

export { clerk, live };
