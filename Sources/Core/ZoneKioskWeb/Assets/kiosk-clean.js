// Cleaning: the panel takes no touch while its glass is wiped, and the display says for how long.
import { hold, must, route } from '/assets/kiosk-lease.js';
import * as stage from '/assets/kiosk-stage.js';
import { both } from '/assets/kiosk-text.js';

const SECONDS = 60, LOOK = 250, ASK = 1000, PATIENCE = 3, WAIT = 1500, AGAIN = 400, TRIES = 3;
const WHYS = ['over', 'corner', 'released', 'holderGone', 'lost', 'stopping'];
const ended = new Map();
const sleep = ms => new Promise(done => setTimeout(done, ms));

export function hearEnd(panel, why) { ended.set(panel, why); }

/** The tap that asked for it may not have left the glass yet, and the agent does not begin under a finger. */
async function begin(desk, lease) {
  for (let attempt = 1; ; attempt += 1) {
    const asked = desk.send('POST', route(desk.panel, '/cleaning'), { seconds: SECONDS }, lease.headers);
    const answer = await asked;
    if (answer.status === 409 && answer.body.code === 'touch.busy' && attempt < TRIES) await sleep(AGAIN);
    else return must(201, asked);
  }
}
/** Until the agent says that it is over; the display counts by itself, the agent decides. */
async function countDown(desk, endsIn) {
  let endsAt = performance.now() + endsIn, askedAt = performance.now(), missed = 0;
  while (stage.isOn() && !ended.has(desk.panel.id)) {
    stage.number(String(Math.max(0, Math.ceil((endsAt - performance.now()) / 1000))));
    await sleep(LOOK);
    if (performance.now() - askedAt < ASK) continue;
    askedAt = performance.now();
    const answer = await desk.send('GET', route(desk.panel)).catch(() => null);
    missed = answer && answer.status === 200 ? 0 : missed + 1;
    if (missed >= PATIENCE) return 'noAnswer';
    const left = missed ? NaN : Number((answer.body.details || {}).cleaningEndsInMs);
    if (left >= 0) endsAt = performance.now() + left;
    else if (!missed) break;
  }
  // Why is in the event, which may be a moment later than the end.
  for (let waited = 0; stage.isOn() && !ended.has(desk.panel.id) && waited < WAIT; waited += LOOK) await sleep(LOOK);
  const why = ended.get(desk.panel.id);
  return WHYS.includes(why) ? why : 'unknown';
}

export async function clean(desk) {
  let isLeft = false;
  const stop = () => {
    isLeft = true;
    return desk.send('DELETE', route(desk.panel, '/cleaning')).catch(() => null);
  };
  await stage.enter('clean', stop);
  const lease = await hold(desk.send, desk.panel);
  try {
    // Left before it began: the end of the lease is the end of what may still begin.
    if (isLeft) return;
    ended.delete(desk.panel.id);
    const { endsIn } = await begin(desk, lease);
    if (isLeft) return;
    stage.title(both('clean.now'));
    stage.words(both('clean.early'));
    stage.offer([both('clean.stop'), stop]);
    const why = await countDown(desk, endsIn);
    lease.end();
    await stage.tell(both(why === 'noAnswer' ? 'clean.unsure' : 'clean.over'), both(`clean.why.${why}`));
  } finally {
    lease.end();
  }
}
