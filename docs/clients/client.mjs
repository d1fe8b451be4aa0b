#!/usr/bin/env node
// The control API with Node and no packages: status, a command, and every event without losing one.
// Usage: client.mjs [KIOSK-SOCKET [ADMIN-SOCKET]]; Ctrl-C ends it. A kiosk app has the first socket only.
// (fetch and EventSource cannot use Unix sockets; node:http can.)
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [kiosk = '/run/zone-agent/kiosk.sock', admin] = process.argv.slice(2);
const device = process.env.DEVICE ?? 'printer-sim';

/** Resolves with the answer as soon as its head is here. */
function open(socketPath, path, { method = 'GET', headers = {}, body, silence = 10_000 } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path, method, headers, timeout: silence }, resolve);
    request.on('timeout', () => request.destroy(new Error(`nothing for ${silence} ms`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** An error has a body, too: {"code", "message", "zh", "fixer"}; decide by `code`, show `zh`. */
async function ask(socketPath, path, options) {
  const answer = await open(socketPath, path, options);
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  if (answer.statusCode >= 400) throw Object.assign(new Error(`${path}: ${answer.statusCode} ${text}`), { isFinal: true });
  return JSON.parse(text);
}

/** The agent may be away; it is back within seconds. */
async function patiently(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error.isFinal) throw error;
      console.error(`once more: ${error.message}`);
      await sleep(1000);
    }
  }
}

/** With a key of our own it may be sent again after a lost answer: it is done once. */
async function command(socketPath, device, verb) {
  const headers = { 'Idempotency-Key': randomUUID() };
  const options = { method: 'POST', headers, body: JSON.stringify({ verb }) };
  let found = await patiently(() => ask(socketPath, `/v1/devices/${device}/commands`, options));
  // Answered within 2 s, it is over (200); else it goes on (202) and we ask what became of it.
  while (['accepted', 'running'].includes(found.state)) {
    await sleep(1000);
    found = await patiently(() => ask(socketPath, `/v1/commands/${found.id}`));
  }
  return found;
}

/**
 * Every event as {event, id, data}, for ever. `last` is where we are; sent back after a broken connection it brings
 * everything since, also what happened while the agent was restarted. Where that is not possible a `snapshot` comes
 * instead: start again from it.
 */
async function* events(socketPath) {
  let last;
  for (;;) {
    try {
      const headers = last ? { 'Last-Event-ID': last } : {};
      // A comment comes every 15 s: 45 s of silence is a dead connection.
      const answer = await open(socketPath, '/v1/events', { headers, silence: 45_000 });
      if (answer.statusCode !== 200) throw new Error(`/v1/events: ${answer.statusCode}`);
      let buffer = '';
      for await (const piece of answer.setEncoding('utf8')) {
        buffer += piece;
        // An empty line ends an event, and only now its id counts: one that was cut off must come again.
        for (let end; (end = buffer.indexOf('\n\n')) >= 0; buffer = buffer.slice(end + 2)) {
          const fields = Object.fromEntries(buffer.slice(0, end).split('\n').map((line) => line.split(/: (.*)/s)));
          if (!fields.id) continue;
          last = fields.id;
          yield { ...fields, data: JSON.parse(fields.data) };
        }
      }
    } catch (error) {
      console.error(`once more: ${error.message}`);
    }
    await sleep(1000);
  }
}

console.log('status', JSON.stringify(await patiently(() => ask(kiosk, '/v1/status'))));
if (admin) console.log('command', JSON.stringify(await command(admin, device, 'probe')));
for await (const { event, id, data } of events(kiosk)) console.log(event, id, JSON.stringify(data));
