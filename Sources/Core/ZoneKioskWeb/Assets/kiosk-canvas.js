// Draws what the panel says (trails, numbered contacts, cells) and, as a thin ring, where the desktop has its pointer.
const FADE = 12000, FONT = '"Noto Sans CJK SC", sans-serif';
// Told apart also by whoever does not see red or green (Okabe and Ito).
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#f0e442', '#cc79a7', '#d55e00', '#0072b2', '#ffffff'];
const colour = id => COLOURS[(id - 1) % COLOURS.length];

/** Cells are about square, twelve along the short side. */
export function gridFor(width, height) {
  const short = Math.min(width, height) / 12;
  return short > 0 ? [Math.min(48, Math.max(12, Math.round(width / short))), Math.min(48, Math.max(12, Math.round(height / short)))] : [12, 12];
}
/** The picture's size in device pixels; everything is drawn in CSS pixels. */
export function fit(canvas) {
  const ratio = Math.min(4, devicePixelRatio || 1), [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext('2d').setTransform(ratio, 0, 0, ratio, 0, 0);
}

export function draw(canvas, book, [columns, rows], pointers, now) {
  const pen = canvas.getContext('2d'), [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const unit = Math.max(10, Math.min(width, height) / 45);
  pen.clearRect(0, 0, width, height);
  cells(pen, book, columns, rows, width, height);
  for (const piece of book.trail) trail(pen, piece, width, height, unit, 1 - (now - piece.at) / FADE);
  pen.globalAlpha = 1;
  for (const contact of book.live.values()) if (contact.x !== null) finger(pen, contact, width, height, unit);
  for (const pointer of pointers) ring(pen, pointer, unit);
}
/** Untouched cells keep their frame, touched ones are filled, the more the oftener. */
function cells(pen, book, columns, rows, width, height) {
  const [w, h] = [width / columns, height / rows];
  pen.lineWidth = 1;
  pen.strokeStyle = 'rgba(255, 255, 255, .16)';
  book.cells.forEach((times, n) => {
    const [x, y] = [(n % columns) * w, Math.floor(n / columns) * h];
    if (times === 0) return pen.strokeRect(x + .5, y + .5, w - 1, h - 1);
    pen.fillStyle = `rgba(86, 180, 233, ${Math.min(.55, .12 + Math.log2(1 + times) * .05)})`;
    return pen.fillRect(x, y, w - 1, h - 1);
  });
}
function trail(pen, piece, width, height, unit, strength) {
  if (strength <= 0) return;
  pen.globalAlpha = strength;
  pen.strokeStyle = pen.fillStyle = colour(piece.id);
  pen.lineWidth = unit / 3;
  pen.lineCap = 'round';
  pen.beginPath();
  if (piece.from) {
    pen.moveTo(piece.from.x * width, piece.from.y * height);
    pen.lineTo(piece.x * width, piece.y * height);
    pen.stroke();
  } else {
    pen.arc(piece.x * width, piece.y * height, unit / 4, 0, 2 * Math.PI);
    pen.fill();
  }
}
function finger(pen, contact, width, height, unit) {
  const [x, y] = [contact.x * width, contact.y * height];
  pen.fillStyle = colour(contact.id);
  pen.beginPath();
  pen.arc(x, y, unit, 0, 2 * Math.PI);
  pen.fill();
  pen.font = `700 ${Math.round(unit * 1.6)}px ${FONT}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'alphabetic';
  // Above the finger that hides its own number; below it at the upper edge.
  pen.fillText(String(contact.id), Math.min(width - unit, Math.max(unit, x)), y < 6 * unit ? y + 5 * unit : y - 3.4 * unit);
}
function ring(pen, pointer, unit) {
  pen.strokeStyle = '#fff';
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(pointer.x, pointer.y, unit * 2.2, 0, 2 * Math.PI);
  pen.moveTo(pointer.x - unit * 3, pointer.y);
  pen.lineTo(pointer.x + unit * 3, pointer.y);
  pen.moveTo(pointer.x, pointer.y - unit * 3);
  pen.lineTo(pointer.x, pointer.y + unit * 3);
  pen.stroke();
}
