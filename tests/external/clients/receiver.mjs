// Receives session events where the local Clerk sends them: to the port that the run has named.
import { createServer } from "node:http";

/** Starts it. `events` grows as they come: headers, and the body as text. */
export async function receive() {
  const events = [];
  const server = createServer(async (request, answer) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    events.push({ headers: request.headers, body: Buffer.concat(pieces).toString() });
    answer.end();
  });
  await new Promise((resolve) => server.listen(Number(process.env.WEBHOOK_PORT), "127.0.0.1", resolve));
  return { events, close: () => server.close() };
}

/** Waits until something is so, at most ten seconds. */
export async function until(isSo) {
  const end = Date.now() + 10_000;
  while (!isSo() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}
