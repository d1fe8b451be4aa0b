// A panel to oneself for as long as this page lives: renewed every 2 s, over 6 s after the last time. Nothing that a page
// has begun at a panel outlives the page.
const TTL = 6000, PACE = 2000;

/** What the agent refused, in its own words. */
export class Refused extends Error {
  constructor(body) {
    super(body.message || 'refused');
    this.body = body;
  }
}
/** The JSON of an answer that is as wanted. */
export async function must(status, asked) {
  const answer = await asked;
  if (answer.status !== status) throw new Refused(answer.body);
  return answer.body;
}
export const route = (panel, rest = '') => `/v1/devices/${encodeURIComponent(panel.id)}${rest}`;

/** Throws `Refused` when another program has it. */
export async function hold(send, panel) {
  const path = route(panel, '/lease'), lease = await must(201, send('POST', path, { ttl: TTL }));
  const headers = { 'Lease-Token': lease.token };
  // A lost answer is made good by the next; a lease that has ended shows in what it was taken for.
  const timer = setInterval(() => send('PUT', path, { ttl: TTL }, headers).catch(() => null), PACE);
  let isOver = false;
  return {
    headers,
    end() {
      if (isOver) return;
      isOver = true;
      clearInterval(timer);
      send('DELETE', path, null, headers).catch(() => null);
    },
  };
}
