/**
 * A letter as plain text and as HTML. The HTML is semantic and accessible: language, headings, real
 * tables, enough contrast, nothing loaded from anywhere. Every value is escaped; a hostile label
 * shows as text.
 */
import { visibleText } from '../core/text/visible-text.ts'
import type { Letter, LetterList, LetterSection } from './letter.ts'

const STYLE = {
  body: 'margin:0;padding:0;background:#f3f4f6;color:#1f2937',
  main:
    'max-width:600px;margin:0 auto;padding:24px 20px;background:#ffffff;overflow-wrap:anywhere;' +
    'font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif',
  h1: 'margin:0 0 16px;font-size:22px;line-height:1.3;color:#111827',
  h2: 'margin:0 0 12px;font-size:18px;line-height:1.3;color:#111827',
  section: 'margin:24px 0 0;padding:16px;border:1px solid #d1d5db;border-radius:8px',
  track: 'height:8px;margin:0 0 12px;background:#e5e7eb;border-radius:4px;overflow:hidden',
  table: 'width:100%;border-collapse:collapse',
  rowHead:
    'padding:4px 12px 4px 0;text-align:left;vertical-align:top;font-weight:400;color:#4b5563;width:34%;' +
    'overflow-wrap:normal',
  cell: 'padding:4px 0;text-align:left;vertical-align:top;overflow-wrap:anywhere',
  listHead:
    'padding:6px 8px 6px 0;text-align:left;border-bottom:2px solid #9ca3af;font-size:14px;' +
    'overflow-wrap:normal',
  /** Wide enough on a phone for a number that is not broken. */
  listFirst: 'width:40%',
  listCell:
    'padding:6px 8px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid #e5e7eb;' +
    'font-size:14px;overflow-wrap:anywhere',
  footer:
    'margin:32px 0 0;padding:16px 0 0;border-top:1px solid #d1d5db;font-size:14px;color:#4b5563',
} as const

export function renderText(letter: Letter): string {
  const blocks = [
    letter.greeting,
    letter.intro,
    ...letter.sections.map((section) => sectionText(section, colonOf(letter.tag))),
    ...(letter.list === undefined ? [] : [listText(letter.list)]),
    `-- \n${letter.footer}`,
  ]
  return `${blocks.map((block) => visibleText(block, ' ')).join('\n\n')}\n`
}

export function renderHtml(letter: Letter): string {
  const title = escapeHtml(letter.subject)
  return `<!doctype html>
<html lang="${escapeHtml(letter.tag)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>${title}</title>
</head>
<body style="${STYLE.body}">
<main style="${escapeHtml(STYLE.main)}">
<h1 style="${STYLE.h1}">${unbroken(title)}</h1>
<p>${escapeHtml(letter.greeting)}</p>
<p>${unbroken(escapeHtml(letter.intro))}</p>
${letter.sections.map(sectionHtml).join('\n')}
${letter.list === undefined ? '' : listHtml(letter.list)}
<footer style="${STYLE.footer}"><p style="margin:0">${escapeHtml(letter.footer)}</p></footer>
</main>
</body>
</html>
`
}

/** Text that cannot be anything but text in HTML, in element content and in attributes. */
export function escapeHtml(text: string): string {
  return visibleText(text, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** Numbers of invoices, which a phone would break at their dash. */
const UNBROKEN = /(?<![\w-])(?:[A-Z0-9.-]{1,9})?\d{4}-\d{8}(?![\w-])/g

/** HTML in which they stay on one line; what is copied from it is what stands there. */
function unbroken(html: string): string {
  return html.replaceAll(UNBROKEN, '<span style="white-space:nowrap">$&</span>')
}

/** One line for a header: no line break can start another header, no control turns text around. */
export function headerText(text: string): string {
  return visibleText(text, ' ').replaceAll(/\s+/g, ' ').trim()
}

/** French sets a space before it. */
function colonOf(tag: string): string {
  return tag.startsWith('fr') ? '\u00a0:' : ':'
}

function sectionText({ title, rows }: LetterSection, colon: string): string {
  const width = Math.max(0, ...rows.map(({ label }) => label.length))
  const lines = rows.map(({ label, value }) => `${`${label}${colon}`.padEnd(width + 3)}${value}`)
  return [title, '='.repeat(Math.min(title.length, 72)), ...lines].join('\n')
}

function sectionHtml({ title, percent, rows }: LetterSection): string {
  const lines = rows.map(
    ({ label, value }) =>
      `<tr><th scope="row" style="${STYLE.rowHead}">${escapeHtml(label)}</th>` +
      `<td style="${STYLE.cell}">${unbroken(escapeHtml(value))}</td></tr>`,
  )
  return `<section style="${STYLE.section}">
<h2 style="${STYLE.h2}">${escapeHtml(title)}</h2>
${percent === undefined ? '' : barHtml(percent)}
<table style="${STYLE.table}">
${lines.join('\n')}
</table>
</section>`
}

/** A picture of the number that stands in the table: nothing that a screen reader has to say. */
function barHtml(percent: number): string {
  const width = Math.min(100, percent)
  const colour = percent >= 100 ? '#b91c1c' : '#b45309'
  return (
    `<div aria-hidden="true" style="${STYLE.track}">` +
    `<div style="width:${width}%;height:8px;background:${colour}"></div></div>`
  )
}

function listText({ countsTitle, counts, title, rows, more }: LetterList): string {
  return [
    countsTitle,
    '='.repeat(countsTitle.length),
    ...counts.map((line) => `* ${line}`),
    '',
    title,
    '='.repeat(title.length),
    ...rows.map((cells) => `* ${cells.join(' – ')}`),
    ...(more === '' ? [] : ['', more]),
  ].join('\n')
}

function listHtml({ countsTitle, counts, title, head, rows, more }: LetterList): string {
  const cells = (texts: readonly string[]): string =>
    texts.map((text) => `<td style="${STYLE.listCell}">${escapeHtml(text)}</td>`).join('')
  const heads = head.map((text, index) => {
    const style = index === 0 ? `${STYLE.listHead};${STYLE.listFirst}` : STYLE.listHead
    return `<th scope="col" style="${style}">${escapeHtml(text)}</th>`
  })
  return `<section>
<h2 style="${STYLE.h2}">${escapeHtml(countsTitle)}</h2>
<ul>
${counts.map((line) => `<li>${escapeHtml(line)}</li>`).join('\n')}
</ul>
<h2 style="${STYLE.h2}">${escapeHtml(title)}</h2>
<table style="${STYLE.table}">
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table>
<p>${escapeHtml(more)}</p>
</section>`
}
