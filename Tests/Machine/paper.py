"""Documents as small as they may be, or as large as a test needs."""


def pdf(pages, filling=''):
    """Empty pages of A4 behind a comment, with a table of where everything is: pdfinfo can count them."""
    kids = ' '.join(f'{number} 0 R' for number in range(3, 3 + pages))
    bodies = ['<< /Type /Catalog /Pages 2 0 R >>', f'<< /Type /Pages /Kids [{kids}] /Count {pages} >>']
    bodies += ['<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>'] * pages
    text, table = f'%PDF-1.4\n{filling}', '0000000000 65535 f \n'
    for number, body in enumerate(bodies, 1):
        table += f'{len(text):010} 00000 n \n'
        text += f'{number} 0 obj\n{body}\nendobj\n'
    size = len(bodies) + 1
    return f'{text}xref\n0 {size}\n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n'
