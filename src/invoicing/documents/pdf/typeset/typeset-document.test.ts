/** pdfmake lays out the same definitions: what stands where is compared with it, word by word. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inventedCreditNotes } from '../../../../../test/doubles/invented-credit-notes.ts'
import {
  inventedRequest,
  type InventedOptions,
} from '../../../../../test/doubles/invented-request.ts'
import { LANGUAGES } from '../../../../core/accounts/accounts.ts'
import { buildInvoice } from '../../../build/build-invoice.ts'
import type { Invoice } from '../../../invoice-model.ts'
import { PAGE } from '../page-style.ts'
import { renderByPdfmake } from '../render-by-pdfmake.ts'
import { renderInvoicePdf } from '../render-invoice-pdf.ts'
import { contentNode } from './content.ts'

const PDFTOTEXT = 'pdftotext'
const poppler = ((): string => {
  try {
    execFileSync(PDFTOTEXT, ['-v'], { stdio: 'ignore' })
    return ''
  } catch {
    return 'pdftotext (poppler-utils) is not installed'
  }
})()
if (poppler !== '') console.log(`skipped: places of words beside pdfmake's: ${poppler}`)

const NAMES =
  'Πάπα & Ковальчук, Zoe\u0308 M\u0308ller Telecommunicatiediensten Noord-Nederland B.V.'
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGOoMpD4L2+V0QAADS4DA93asFkAAAAASUVORK5CYII='

function numbered(subscriptionsCount: number, more: Partial<InventedOptions> = {}): Invoice {
  return {
    ...buildInvoice(inventedRequest({ subscriptionsCount, ...more })),
    number: '2026-00050150',
  }
}

function papers(): Map<string, Invoice> {
  const long = numbered(12, { sellerName: NAMES, customerName: NAMES })
  const paper = { court: 'Antwerpen, afdeling Mechelen', note: 'Vragen? Bel ons. '.repeat(30) }
  return new Map([
    ...[0, 1, 41].map((count): [string, Invoice] => [`${count}`, numbered(count)]),
    ...LANGUAGES.map((language): [string, Invoice] => [language, { ...numbered(9), language }]),
    ['long names', { ...long, paper, customerText: 'Dank u wel voor uw vertrouwen. '.repeat(9) }],
    ['logo', { ...numbered(4), paper: { logo: LOGO } }],
    ...[...inventedCreditNotes()].slice(0, 2),
  ])
}

interface Word {
  readonly text: string
  readonly left: number
  readonly top: number
}

/** pdfmake breaks a word at a hyphen, and kerns no letter against it. */
const KERNING_MAX = 0.5
const ROUNDING_MAX = 0.01

test.skipIf(poppler !== '')(
  'every word stands where pdfmake puts it',
  async () => {
    for (const [name, invoice] of papers()) {
      const ours = wordsOf(await renderInvoicePdf(invoice))
      const theirs = wordsOf(await renderByPdfmake(invoice))
      // It ends with an empty page where the space behind the last table finds no room.
      expect([name, ours.length]).toEqual([name, withoutEmptyLast(theirs).length])
      ours.forEach((page, index) => {
        expect([name, page.map(({ text }) => withoutCount(text))]).toEqual([
          name,
          theirs[index]?.map(({ text }) => withoutCount(text)),
        ])
        const moved = page.filter(({ left, top }, at) => {
          const there = theirs[index]?.[at] ?? { left: NaN, top: NaN }
          const isNear =
            Math.abs(left - there.left) <= KERNING_MAX && Math.abs(top - there.top) <= ROUNDING_MAX
          return !isNear
        })
        expect([name, moved]).toEqual([name, []])
      })
    }
  },
  120_000,
)

test('what it does not know is no paper of ours', () => {
  expect(() => contentNode({ text: 'x', italics: true })).toThrow('nothing here sets italics')
  expect(() => contentNode({ svg: '<svg/>' })).toThrow('nothing here sets svg')
})

/** The count of pages, which is one less then. */
function withoutCount(word: string): string {
  return word.replace(/^\d$/, '#')
}

function withoutEmptyLast(pages: readonly (readonly Word[])[]) {
  const isBeside = ({ top }: Word): boolean => top < PAGE.top || top > PAGE.height - PAGE.bottom
  return pages.at(-1)?.every(isBeside) === true ? pages.slice(0, -1) : pages
}

function wordsOf(pdf: Uint8Array): Word[][] {
  const path = join(mkdtempSync(join(tmpdir(), 'tik-pdf-')), 'invoice.pdf')
  writeFileSync(path, pdf)
  const boxes = execFileSync(PDFTOTEXT, ['-bbox', path, '-'], { encoding: 'utf8' })
  return boxes
    .split('<page ')
    .slice(1)
    .map((page) =>
      [...page.matchAll(/<word xMin="([\d.-]+)" yMin="([\d.-]+)"[^>]*>([^<]*)</g)]
        .map(([, left, top, text = '']) => ({ text, left: Number(left), top: Number(top) }))
        .sort((a, b) => Math.round(a.top) - Math.round(b.top) || a.left - b.left),
    )
}
