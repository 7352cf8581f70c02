// Headless Chromium, and what a test does in it.
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { clerk } from "./app.mjs";

const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " +
  "--disable-component-update --disable-sync";

/** Starts it, with a profile of its own that goes with it. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags.split(" ") });
}

/** A visitor: cookies of its own. Whatever one of its pages asks of another machine fails the test. */
export async function visitor(browser, test, options = {}) {
  const context = await browser.newContext(options);
  const foreign = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !["localhost", "127.0.0.1"].includes(url.hostname)) foreign.push(url.href);
  });
  test.after(async () => {
    await context.close();
    assert.deepEqual(foreign, []);
  });
  return context;
}

/** Opens a page of the app and loads Clerk in it. */
export async function open(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await load(page);
  return page;
}

export async function load(page) {
  await page.evaluate(() => window.Clerk.load({ telemetry: false }));
}

/** Adds a session by a ticket, and makes it the active one. Answers its id. */
export async function signIn(page, userId) {
  const { token } = await clerk.signInTokens.createSignInToken({ userId, expiresInSeconds: 60 });
  return page.evaluate(async (ticket) => {
    const { createdSessionId } = await window.Clerk.client.signIn.create({ strategy: "ticket", ticket });
    await window.Clerk.setActive({ session: createdSessionId });
    return createdSessionId;
  }, token);
}

/** What the page knows: ids, and nothing that it concludes from them. */
export function state(page) {
  return page.evaluate(() => ({
    client: window.Clerk.client?.id ?? null,
    sessions: window.Clerk.client?.sessions.map((session) => session.id).sort() ?? null,
    session: window.Clerk.session?.id ?? null,
    user: window.Clerk.user?.id ?? null,
    organization: window.Clerk.organization?.id ?? null,
  }));
}

/** Loads the page anew, and Clerk in it. */
export async function reload(page) {
  await page.reload();
  await load(page);
}

/** Signs out, and waits until the page has gone where that leads. */
export async function signOut(page, options) {
  const gone = page.waitForEvent("load");
  await page.evaluate((options) => window.Clerk.signOut(options), options);
  await gone;
  await load(page);
}

/** A token of the active session. */
export function token(page, options = {}) {
  return page.evaluate((options) => window.Clerk.session.getToken(options), options);
}
