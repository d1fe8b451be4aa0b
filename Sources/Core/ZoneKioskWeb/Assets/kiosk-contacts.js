// What a panel says, kept for drawing: who touches now, where they have been, how often it reports. Bounded whatever comes.
// No page, no clock of its own: times are handed in.
const TRAIL = 4096, STAMPS = 64, PAUSE = 250000, JUMP = 100000, MOST_LIVE = 64, FEW = 8;
const isShare = value => Number.isFinite(value);

/** `columns` × `rows` cells of the glass. */
export function contactBook(columns, rows) {
  const book = { live: new Map(), most: 0, cells: new Uint16Array(columns * rows), touched: 0, trail: [], trailStart: 0 };
  let stamps = [], lastRate = null;

  const cell = (share, size) => Math.min(size - 1, Math.floor(share * size));
  function warm(x, y) {
    if (x < 0 || x > 1 || y < 0 || y > 1) return;
    const n = cell(y, rows) * columns + cell(x, columns);
    if (book.cells[n] === 0) book.touched += 1;
    if (book.cells[n] < 65535) book.cells[n] += 1;
  }
  /** A finger that slides fast skips cells between two reports, one that was not felt for long has skipped nothing. */
  function slide(from, to) {
    const steps = Math.min(columns + rows, Math.ceil(Math.max(Math.abs(to.x - from.x) * columns, Math.abs(to.y - from.y) * rows)));
    for (let n = 1; n < steps; n += 1) warm(from.x + ((to.x - from.x) * n) / steps, from.y + ((to.y - from.y) * n) / steps);
  }
  /** A ring: the oldest piece makes room. */
  function draw(piece) {
    if (book.trail.length < TRAIL) book.trail.push(piece);
    else {
      book.trail[book.trailStart] = piece;
      book.trailStart = (book.trailStart + 1) % TRAIL;
    }
  }
  function take(change, us, now) {
    const old = book.live.get(change.id), isHere = isShare(change.x) && isShare(change.y);
    if (change.phase === 'up') return book.live.delete(change.id);
    if (!old && book.live.size >= MOST_LIVE) return false;
    const contact = { id: change.id, us, x: isHere ? change.x : null, y: isHere ? change.y : null };
    book.live.set(change.id, contact);
    book.most = Math.max(book.most, book.live.size);
    if (!isHere) return true;
    const isSlide = old && old.x !== null && us - old.us <= JUMP;
    if (isSlide) slide(old, contact);
    warm(contact.x, contact.y);
    draw({ id: change.id, at: now, from: isSlide ? { x: old.x, y: old.y } : null, x: contact.x, y: contact.y });
    return true;
  }
  /** A frame of the stream; `now` in ms, by the clock that draws. */
  book.take = (frame, now) => {
    const wasTouched = book.live.size > 0;
    if (!Array.isArray(frame.changes)) return;
    for (const change of frame.changes) if (change && Number.isInteger(change.id)) take(change, frame.us, now);
    if (frame.resync || !wasTouched || frame.us - stamps[stamps.length - 1] > PAUSE) stamps = [];
    stamps = [...stamps, frame.us].slice(-STAMPS);
  };
  /** Reports a second while something moves, as it was last; `null`: too few yet. */
  book.rate = () => {
    const spanned = stamps[stamps.length - 1] - stamps[0];
    if (stamps.length >= FEW && spanned > 0) lastRate = ((stamps.length - 1) * 1e6) / spanned;
    return lastRate;
  };
  /** Everybody has gone, as when the stream has ended. */
  book.lift = () => book.live.clear();
  return book;
}
