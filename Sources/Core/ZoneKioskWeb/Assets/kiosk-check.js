// The touch check: the agent says which mark is next and what it felt, the page shows it in its place.
import { drawMarks, drawResult } from '/assets/kiosk-marks.js';
import { hold, must, route } from '/assets/kiosk-lease.js';
import * as stage from '/assets/kiosk-stage.js';
import { both } from '/assets/kiosk-text.js';

const SECONDS = { 9: 30, 25: 60 }, LOOK = 200, PATIENCE = 10;
const SHAPES = ['fits', 'swapped', 'inverted', 'turned', 'offset', 'scaled'], CALIBRATED = SHAPES.slice(1);
const CORNERS = ['topLeft', 'topRight', 'bottomLeft', 'bottomRight'];
const sleep = ms => new Promise(done => setTimeout(done, ms));

/** The size of the picture, where the agent knows on which display the panel lies. */
function sizeOf(desk) {
  const id = (desk.panel.details || {}).display, found = desk.devices.find(device => device.id === id);
  const { widthMm, heightMm } = (found && found.details) || {};
  return widthMm >= 50 && heightMm >= 50 ? { display: { widthMm, heightMm } } : {};
}

export async function check(desk, points) {
  const run = { path: '', isLeft: false };
  const stop = () => {
    run.isLeft = true;
    if (run.path) desk.send('DELETE', run.path).catch(() => null);
  };
  await stage.enter('check', stop);
  // An answer that is lost begins a check that nobody can end by its name: it ends with the lease.
  const lease = await hold(desk.send, desk.panel);
  let found = null;
  try {
    if (run.isLeft) return;
    const wish = { points, seconds: SECONDS[points], ...sizeOf(desk) };
    const begun = await must(201, desk.send('POST', route(desk.panel, '/touch-check'), wish, lease.headers));
    run.path = route(desk.panel, `/touch-check/${encodeURIComponent(begun.check)}`);
    if (run.isLeft) return;
    stage.title(both('check.now'));
    stage.offer([both('check.stop'), stop]);
    found = await follow(desk, run, begun.targets);
  } finally {
    lease.end();
  }
  if (found && !run.isLeft) await show(found);
}
/** Until it is over; `null` when somebody has left. */
async function follow(desk, run, targets) {
  for (let missed = 0; stage.isOn() && !run.isLeft;) {
    const answer = await desk.send('GET', run.path).catch(() => null);
    missed = answer && answer.status === 200 ? 0 : missed + 1;
    // A refusal is an answer, and a line that is broken for two seconds is not a check.
    if (missed && (missed >= PATIENCE || (answer && answer.status < 500))) return must(200, answer || { body: {} });
    if (!missed && answer.body.state !== 'running') return answer.body;
    if (!missed) showRunning(answer.body, targets);
    await sleep(LOOK);
  }
  return null;
}
function showRunning(found, targets) {
  drawMarks(targets, found.results, found.next);
  const left = Math.ceil((found.endsIn || 0) / 1000);
  const covers = stage.covers() ? [] : [both('stage.small')];
  stage.words(both('check.progress', Math.min((found.next || 0) + 1, targets.length), targets.length, left), ...covers);
}

// ---- the result ----

async function show(found) {
  stage.clear();
  drawResult(found.results);
  stage.title(both(`check.${found.state}`), both('check.facts', ...['hit', 'wrongPlace', 'missed'].map(state => count(found, state))));
  const [facts, next] = [findings(found), both(`check.next.${nextStep(found)}`)];
  stage.words(...facts.slice(0, 2));
  stage.more(...facts.slice(2), next);
  await stage.read();
}
const count = (found, state) => found.results.filter(result => result.state === state).length;

/** What was measured, a sentence each. */
export function findings(found) {
  if (!['passed', 'failed'].includes(found.state)) return [];
  const sentences = [both(`check.shape.${SHAPES.includes(found.shape) ? found.shape : 'unclear'}`)];
  const corners = CORNERS.filter(name => found.corners && found.corners[name] && found.corners[name].state !== 'passed');
  if (found.corners) sentences.push(corners.length ? both('check.corners', namesOf(corners)) : both('check.cornersFine'));
  if (found.residualMm !== undefined) sentences.push(both('check.residual', found.residualMm.toFixed(1)));
  return sentences;
}
const namesOf = corners => ['、', ', '].map((comma, n) => corners.map(name => both(`corner.${name}`)[n]).join(comma));

/** What to do now; a panel on which one place is dead is not put right by calibrating it. */
export function nextStep(found) {
  if (found.state === 'passed') return 'none';
  if (found.state !== 'failed') return 'again';
  if (count(found, 'missed') > 0) return 'repair';
  return found.calibration && CALIBRATED.includes(found.shape) ? 'calibrate' : 'repair';
}
