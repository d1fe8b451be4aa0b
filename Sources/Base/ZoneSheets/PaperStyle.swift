/// How the page looks on paper and on a screen. 仿宋 for text and 黑体 for heads, where they are installed.
package enum PaperStyle {
    package static let css = """
        @page { size: A4 portrait; margin: 12mm 14mm 15mm;
          @bottom-center { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font: 9pt "Noto Serif CJK SC", SimSun, serif; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 182mm; color: #000; background: #fff; font: 10.5pt/1.45 FangSong, 仿宋, "Noto Serif CJK SC", SimSun, 宋体, serif; }
        article + article { break-before: page; }
        h1 { margin: 2mm 0 4mm; font: bold 17pt/1.35 SimHei, 黑体, "Noto Sans CJK SC", sans-serif; text-align: center; text-wrap: balance; }
        h2 { margin: 3.2mm 0 1.2mm; font: bold 12pt/1.3 SimHei, 黑体, "Noto Sans CJK SC", sans-serif; break-after: avoid; }
        h3 { margin: 0; font: bold 10.5pt/1.4 SimHei, 黑体, "Noto Sans CJK SC", sans-serif; }
        table { width: 100%; border-collapse: collapse; table-layout: fixed; }
        th, td { border: .35mm solid #000; padding: .9mm 1mm; text-align: left; vertical-align: middle; overflow-wrap: anywhere; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        .head th { width: 22%; font-weight: normal; background: none; }
        .head td { width: 28%; height: 8mm; }
        .head tr > *:nth-child(3) { width: 24%; }
        .head tr > *:nth-child(4) { width: 26%; }
        .grid { font-size: 9pt; line-height: 1.35; margin-bottom: 1.5mm; }
        .grid th { text-align: center; font-weight: bold; font-family: SimHei, 黑体, "Noto Sans CJK SC", sans-serif; font-size: 8.5pt; }
        .grid td.value, .grid td.unknown { text-align: center; }
        .grid td.none { text-align: center; height: 9mm; }
        .note { margin: .6mm 0; font-size: 9pt; }
        .essay { border: .35mm solid #000; padding: 1.5mm 2mm; margin-bottom: -.35mm; break-inside: avoid; }
        .essay p { margin: .8mm 0; text-indent: 2em; }
        .essay .line { height: 8mm; margin: 0; border-bottom: .2mm dotted #000; }
        .essay .line:last-child { border-bottom: 0; }
        .poster { margin: 14mm 0; text-align: center; font: bold 30pt/1.6 SimHei, 黑体, "Noto Sans CJK SC", sans-serif; text-wrap: balance; }
        .poster p { margin: 6mm 0; }
        .steps { margin: 2mm 0; padding-left: 8mm; font-size: 15pt; line-height: 1.7; }
        .last { break-inside: avoid; }
        footer { display: flex; justify-content: space-between; align-items: flex-end; gap: 8mm; margin-top: 4mm; break-inside: avoid; }
        .hands { display: flex; flex-wrap: wrap; gap: 5mm 8mm; flex: 1; }
        .hand { margin: 0; white-space: nowrap; }
        .hand span { display: inline-block; width: 30mm; border-bottom: .3mm solid #000; }
        .stamp { text-align: center; font-size: 8.5pt; }
        .stamp p { margin: 0; white-space: nowrap; }
        .qr { width: 24mm; height: 24mm; }
        .banner { margin: 0; padding: 1mm; border: .6mm solid #000; text-align: center; font-weight: bold; }
        nav { margin: 4mm 0; }
        nav a { color: #000; margin-right: 5mm; }
        @media screen { body { padding: 14mm; max-width: 210mm; } }
        """
}
