// The marks of a check at their places: shares of the display, which this page covers.
import { el } from '/assets/kiosk-view.js';

const SVG = 'http://www.w3.org/2000/svg';
const box = () => document.getElementById('stageMarks');
const percent = share => `${(share * 100).toFixed(2)}%`;

function put(className, point, text = '') {
  const node = el('span', `mark ${className}`, text);
  node.style.left = percent(point.x);
  node.style.top = percent(point.y);
  return node;
}
/** Only what changes is drawn anew: the ring of the next mark moves. */
export function drawMarks(targets, results, next) {
  const gist = JSON.stringify([targets.length, next, results.map(result => result.state)]);
  if (box().dataset.gist === gist && box().firstChild) return;
  box().dataset.gist = gist;
  box().replaceChildren(...targets.map((target, n) => {
    if (n === next) return put('is-next', target, String(n + 1));
    return put(n < next ? 'is-done' : 'is-waiting', target);
  }));
}
function line(from, to) {
  const node = document.createElementNS(SVG, 'line');
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  for (const [name, share] of Object.entries(ends)) node.setAttribute(name, percent(share));
  return node;
}
const isPlace = point => point && Number.isFinite(point.x) && Number.isFinite(point.y);
const SIGNS = { hit: '✓', wrongPlace: '✕', missed: '?' };

/** Each mark as it was found, with a line to where the touch was felt instead. */
export function drawResult(results) {
  const lines = document.createElementNS(SVG, 'svg'), wrong = results.filter(result => result.state === 'wrongPlace' && isPlace(result.place));
  lines.append(...wrong.map(result => line(result.target, result.place)));
  box().dataset.gist = '';
  box().replaceChildren(lines, ...wrong.map(result => put('is-felt', result.place)),
    ...results.map(result => put(`is-${result.state}`, result.target, SIGNS[result.state] || '?')));
}
