// Server-sent events read through fetch: EventSource cannot send headers.
const LIMIT = 1 << 20;

/** WHATWG HTML, "Interpreting an event stream", as far as these pages need it. `dispatch` gets id, data and name. */
export function parser(dispatch) {
  let rest = '', id = '', data = '', name = '';
  function line(text) {
    if (text === '') {
      if (data) dispatch(id, data, name || 'message');
      [data, name] = ['', ''];
      return;
    }
    const colon = text.indexOf(':'), field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'id' && /^[\x21-\x7e]{1,64}$/.test(value)) id = value;
    if (field === 'event') name = value;
    if (field === 'data') data += `${value}\n`;
  }
  return chunk => {
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    if (rest.length + data.length > LIMIT) throw new Error('an event without end');
    lines.forEach(line);
  };
}

/** Until the far end closes; `heard` is called for each piece, a comment too. */
export async function read(reply, dispatch, heard) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader(), take = parser(dispatch);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
    heard();
  }
}
