// The touch test: the panel's contacts as the agent sees them, drawn while they happen.
import { draw, fit, gridFor } from '/assets/kiosk-canvas.js';
import { contactBook } from '/assets/kiosk-contacts.js';
import { Refused, hold, route } from '/assets/kiosk-lease.js';
import { read } from '/assets/kiosk-sse.js';
import * as stage from '/assets/kiosk-stage.js';
import { both } from '/assets/kiosk-text.js';
import { byId } from '/assets/kiosk-view.js';

// A ghost touches for ever: a test has an end of its own.
const WORDS = 250, MOST = 300000, ENDS = ['lost', 'released', 'stopping'];

export async function test(desk) {
  const limit = new AbortController();
  const show = { book: null, grid: null, pointers: new Map(), begunAt: performance.now(), touchedAt: performance.now(), saidAt: 0, end: null };
  await stage.enter('test', () => limit.abort());
  const lease = await hold(desk.send, desk.panel);
  const stopPointers = followPointers(show);
  try {
    stage.offer([both('stage.close'), () => limit.abort()]);
    resize(show);
    addEventListener('resize', show.onResize = () => resize(show));
    run(show, desk.rest, limit);
    await listen(desk, lease, show, limit.signal);
  } catch (error) {
    if (!limit.signal.aborted) throw error;
  } finally {
    limit.abort();
    stopPointers();
    removeEventListener('resize', show.onResize);
    lease.end();
  }
  if (show.end) await stage.tell(both('test.ended'), both(`test.end.${ENDS.includes(show.end) ? show.end : 'lost'}`));
}
/** Until the stream ends; why is its last event. */
async function listen(desk, lease, show, signal) {
  const reply = await desk.open(route(desk.panel, '/contacts'), signal, { Accept: 'text/event-stream', ...lease.headers });
  if (!reply.ok) throw new Refused(await reply.json().catch(() => ({})));
  await read(reply, (id, data, name) => {
    const told = JSON.parse(data);
    if (name === 'end') show.end = String(told.why);
    if (name !== 'frame') return;
    show.touchedAt = performance.now();
    show.book.take(told, show.touchedAt);
  }, () => {});
  // A stream that breaks off without its last word was cut: the agent, or the line to it, has gone.
  show.end = show.end || 'stopping';
}
/** Another shape of the display is another grid, and what was touched is counted anew. */
function resize(show) {
  const canvas = byId('stageCanvas'), grid = gridFor(canvas.clientWidth, canvas.clientHeight);
  fit(canvas);
  if (show.grid && show.grid.join() === grid.join()) return;
  Object.assign(show, { grid, book: contactBook(...grid) });
}
/** The desktop's pointer: what a touch becomes on its way through the desktop, with its calibration. */
function followPointers(show) {
  const set = event => {
    show.touchedAt = performance.now();
    show.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (show.pointers.size > 64) show.pointers.clear();
  };
  const drop = event => { if (event.type !== 'pointerup' || event.pointerType !== 'mouse') show.pointers.delete(event.pointerId); };
  const pairs = [['pointerdown', set], ['pointermove', set], ['pointerup', drop], ['pointercancel', drop]];
  pairs.forEach(([name, act]) => addEventListener(name, act, { capture: true, passive: true }));
  return () => pairs.forEach(([name, act]) => removeEventListener(name, act, { capture: true }));
}
function run(show, rest, limit) {
  const frame = now => {
    if (limit.signal.aborted) return;
    if (!stage.isOn() || now - show.touchedAt > rest || now - show.begunAt > MOST) return limit.abort();
    draw(byId('stageCanvas'), show.book, show.grid, show.pointers.values(), now);
    if (now - show.saidAt >= WORDS) {
      show.saidAt = now;
      say(show);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

// ---- the words ----

function say(show) {
  const { book, grid } = show, rate = book.rate(), all = grid[0] * grid[1];
  const counts = both('test.counts', book.live.size, book.most, rate === null ? '–' : Math.round(rate));
  stage.title(counts, both('test.cells', all - book.touched, all));
  const apart = offset(show), more = apart === null ? [] : [both('test.apart', Math.round(apart))];
  stage.words(both('test.legend'), both('test.hint'), ...more, ...(stage.covers() ? [] : [both('stage.small')]));
}
/** CSS pixels between the panel's word and the desktop's; only with one of each, else nobody knows which is which. */
function offset(show) {
  const [contacts, pointers] = [[...show.book.live.values()], [...show.pointers.values()]];
  if (contacts.length !== 1 || pointers.length !== 1 || contacts[0].x === null || !stage.covers()) return null;
  const canvas = byId('stageCanvas');
  return Math.hypot(contacts[0].x * canvas.clientWidth - pointers[0].x, contacts[0].y * canvas.clientHeight - pointers[0].y);
}
