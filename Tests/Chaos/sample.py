"""Documents as small as they may be."""


def pdf():
    """One empty page of A4: what it must be is looked at before it is taken."""
    bodies = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
              b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>']
    text, table = b'%PDF-1.4\n', b'0000000000 65535 f \n'
    for number, body in enumerate(bodies, 1):
        table += b'%010d 00000 n \n' % len(text)
        text += b'%d 0 obj\n%s\nendobj\n' % (number, body)
    return text + (b'xref\n0 4\n%strailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (table, len(text)))
