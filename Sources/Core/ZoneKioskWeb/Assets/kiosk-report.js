// Reporting a device: which one, what is wrong with it, and what became of what was reported. Nothing is typed.
import { both, kindKey } from '/assets/kiosk-text.js';
import { button, byId, bilingual, el, shape } from '/assets/kiosk-view.js';

const SHOWN = 3, TEXT = 200, PLACE = 40;
const state = { send: null, run: 0, isBusy: false };

export const isOpen = () => byId('report').open;
export function close() {
  state.run += 1;
  state.isBusy = false;
  if (isOpen()) byId('report').close();
}
const words = (pair, className = 'step') => el('p', className, ...bilingual(pair));
function show(title, body, ...buttons) {
  byId('reportTitle').replaceChildren(...bilingual(title));
  byId('reportBody').replaceChildren(...body);
  byId('reportAnswers').replaceChildren(...buttons);
  if (!isOpen()) byId('report').showModal();
}
const leave = (key = 'confirm.leave') => button(key, close, 'quiet');

// ---- what became of it ----

/** A line of the agent with the device before it; what the office says to it is said in its own words. */
export function lineOf(report) {
  const kind = both(kindKey('kind', report.kind) || 'kind.other');
  const text = [report.text, report.en || report.text].map((line, n) => `${kind[n]}${n === 0 ? '：' : ': '}${String(line || '').slice(0, TEXT)}`);
  const answer = typeof report.answer === 'string' && report.answer ? String(report.answer).slice(0, TEXT) : '';
  return { text, answer };
}
export function showReports(reports, isSure) {
  const list = isSure && Array.isArray(reports) ? reports.filter(each => each && typeof each === 'object').slice(0, SHOWN) : [];
  byId('reportTile').hidden = !isSure;
  byId('reports').hidden = !list.length;
  byId('reports').replaceChildren(...list.map(lineOf).map(({ text, answer }) =>
    el('li', 'report', ...bilingual(text), ...(answer ? [el('span', 'answer', ...bilingual(both('report.answer', answer)))] : []))));
}

// ---- the steps ----

const nameOf = (item, isOneOfSeveral) => {
  const kind = both(kindKey('kind', item.kind) || 'kind.other');
  return isOneOfSeveral ? kind.map(word => `${word} ${String(item.place || item.device).slice(0, PLACE)}`) : kind;
};
async function open() {
  if (state.isBusy) return;
  Object.assign(state, { isBusy: true, run: state.run + 1 });
  const run = state.run, answer = await state.send('GET', '/v1/reportable').catch(() => null);
  if (run !== state.run) return;
  state.isBusy = false;
  const items = answer && answer.status === 200 && Array.isArray(answer.body) ? answer.body : [];
  if (!items.length) return show('report.title', [words('report.none')], leave('copy.close'));
  show('report.title', [el('div', 'modes devices', ...items.map(item => {
    const pair = nameOf(item, items.filter(each => each.kind === item.kind).length > 1);
    const node = button(pair, () => choose(item, pair), 'mode');
    node.prepend(shape(kindKey('kind', item.kind) ? `k-${item.kind}` : 'k-other', 'picture'));
    return node;
  }))], leave());
}
function choose(item, pair) {
  const symptoms = Array.isArray(item.symptoms) ? item.symptoms : [];
  show('report.what', [words(pair), el('div', 'modes', ...symptoms.map(symptom =>
    button([String(symptom.zh), String(symptom.en)], () => tell(item, symptom), 'mode')))], leave());
}
/** Told twice, it is counted and stays one case. */
async function tell(item, symptom) {
  if (state.isBusy) return;
  state.isBusy = true;
  const run = state.run, answer = await state.send('POST', '/v1/cases', { device: item.device, symptom: symptom.id }).catch(() => null);
  if (run !== state.run) return;
  state.isBusy = false;
  if (answer && answer.status === 201) {
    const name = String(answer.body.number || answer.body.short || '').slice(0, TEXT);
    return show('report.done', [words('report.thanks'), words(both('report.name', name))], button('copy.close', close));
  }
  const body = (answer && answer.body) || {};
  show('report.failed', [words(body.zh && body.message ? [body.zh, body.message] : both('confirm.failed'))], leave('copy.close'));
}

export function setUpReports(send) {
  state.send = send;
  byId('reportTile').addEventListener('click', open);
  byId('report').addEventListener('cancel', event => { event.preventDefault(); });
}
