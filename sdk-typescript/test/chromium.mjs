// A real browser for one page. A test without a browser on the machine is skipped with a sentence;
// CHATFLOW_REQUIRE_BROWSER=1 makes its absence a failure.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const path = (process.env.PATH ?? '').split(delimiter);
export const chromium = NAMES.flatMap((name) => path.map((folder) => join(folder, name))).find(isProgram);

export const withoutBrowser = () => {
  assert.notEqual(process.env.CHATFLOW_REQUIRE_BROWSER, '1', 'There is no Chromium on the PATH, and CHATFLOW_REQUIRE_BROWSER=1.');
  return 'There is no Chromium on the PATH. What needs a browser is not tested.';
};

const listening = (handler) =>
  new Promise((done) => {
    const server = createServer(handler).listen(0, '127.0.0.1', () => done(server));
  });

const bodyOf = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

// Processes of the browser write into it for a moment after the first one has gone.
const remove = async (profile) => {
  for (let tries = 1; ; tries++) {
    try {
      return await rm(profile, { recursive: true, force: true });
    } catch (error) {
      if (tries === 50) throw error;
      await pause(200);
    }
  }
};

/** Opens a page with this module script; what it gives to `report(…)` is the result. */
export const inBrowser = async (script) => {
  const profile = mkdtempSync(join(tmpdir(), 'chatflow-chromium-'));
  let browser;
  let server;
  const result = new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`The page said nothing in ${PATIENCE_MS} ms.`)), PATIENCE_MS);
    listening(async (request, response) => {
      if (request.url === '/result') {
        clearTimeout(timer);
        done(JSON.parse(await bodyOf(request)));
        return response.writeHead(204).end();
      }
      if (request.url === '/script.js') {
        return response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      }
      const page = `<!doctype html><script>
        const report = (result) => fetch('/result', { method: 'POST', body: JSON.stringify(result) });
        addEventListener('error', ({ message }) => report({ failed: message }));
        addEventListener('unhandledrejection', ({ reason }) => report({ failed: String(reason) }));
      </script><script type="module" src="/script.js"></script>`;
      return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    }).then((listens) => {
      server = listens;
      const url = `http://127.0.0.1:${server.address().port}/`;
      browser = spawn(chromium, [...FLAGS, '--remote-debugging-port=0', `--user-data-dir=${profile}`, url], { stdio: 'ignore' });
      browser.once('error', fail);
    });
  });
  try {
    return await result;
  } finally {
    const gone = new Promise((done) => (browser ? browser.once('exit', done) : done()));
    browser?.kill();
    await gone;
    server?.closeAllConnections();
    server?.close();
    await remove(profile);
  }
};
