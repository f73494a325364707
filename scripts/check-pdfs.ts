/**
 * `npm run pdfs`: every kind of document that tik can make as PDF, under the rules of PDF/A-3b by veraPDF. Ends
 * with 1 where one breaks a rule, and when a file that was spoilt on purpose passes. Without Java or Maven it
 * says so and checks nothing; in CI that is an error.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { LANGUAGES } from '../src/core/accounts/accounts.ts'
import { buildInvoice } from '../src/invoicing/build/build-invoice.ts'
import { renderInvoicePdf } from '../src/invoicing/documents/pdf/render-invoice-pdf.ts'
import type { Invoice } from '../src/invoicing/invoice-model.ts'
import { inventedCreditNotes } from '../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../test/doubles/invented-e-invoices.ts'
import { inventedRequest } from '../test/doubles/invented-request.ts'
import { prepareVeraPdf } from './check-pdfs/prepare-vera-pdf.ts'

const run = promisify(execFile)
const RUN_TIMEOUT_MS = 300_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const MAIN_CLASS = 'org.verapdf.apps.GreenfieldCliWrapper'
/** A file that says it is of a part of the norm that there is not. */
const CANARY = 'spoilt'

/** Two pixels, one of them half transparent: what norms of archives are strict about. */
const LOGO =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAYAAAD0In+KAAAAEUlEQVR4nGOoMpD4L2+V0QAADS4DA93asFkAAAAASUVORK5CYII='

const jar = await prepareVeraPdf().catch((error: unknown) => {
  console.log(`veraPDF cannot be had: ${error instanceof Error ? error.message : String(error)}`)
  return undefined
})
if (jar !== undefined) process.exitCode = await check(jar)
else if (process.env['CI'] !== undefined) process.exitCode = 1
else console.log('skipped: no PDF was checked (it needs java, mvn and a way to Maven Central)')

async function check(veraPdf: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tik-pdfs-'))
  try {
    const names = new Map<string, string>()
    for (const [name, invoice] of documents()) {
      const path = join(folder, `${names.size}.pdf`)
      await writeFile(path, await renderInvoicePdf(invoice))
      names.set(path, name)
    }
    const canary = join(folder, `${CANARY}.pdf`)
    await writeFile(canary, await spoilt())
    const results = await verdicts(veraPdf, [...names.keys(), canary])
    const failed = [...names].filter(([path]) => results.get(basename(path)) !== 'PASS')
    for (const [path, name] of failed) {
      console.log(`error  ${name}: ${results.get(basename(path)) ?? 'not checked'}`)
    }
    const isOverlooked = results.get(basename(canary)) !== 'FAIL'
    if (isOverlooked) console.log('error  the spoilt file passes')
    console.log(
      `${names.size} documents under PDF/A-3b: ${failed.length} break a rule; ` +
        `1 canary, ${isOverlooked ? 1 : 0} times overlooked`,
    )
    return failed.length === 0 && !isOverlooked ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** PASS or FAIL by file name. veraPDF ends with 1 where one fails. */
async function verdicts(veraPdf: string, paths: readonly string[]): Promise<Map<string, string>> {
  const options = ['-cp', veraPdf, MAIN_CLASS, '-f', '3b', '--format', 'text', ...paths]
  const limits = { timeout: RUN_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX }
  const { stdout } = await run('java', options, limits).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && String(error.stdout) !== '') {
      return { stdout: String(error.stdout) }
    }
    throw error
  })
  const lines = stdout.split('\n').map((line) => /^(PASS|FAIL) (.+\.pdf)/.exec(line))
  return new Map(
    lines.flatMap((found) => (found === null ? [] : [[basename(found[2] ?? ''), found[1] ?? '']])),
  )
}

/** Each kind of invoice and credit note, the languages, sizes, a draft, and what a partner can want of them. */
function documents(): Map<string, Invoice> {
  const all = new Map<string, Invoice>([...inventedEInvoices(), ...inventedCreditNotes()])
  for (const language of LANGUAGES) {
    all.set(language, numbered(buildInvoice(inventedRequest({ subscriptionsCount: 7, language }))))
  }
  const plain = buildInvoice(inventedRequest({ subscriptionsCount: 7 }))
  all.set('draft', plain)
  all.set('500 subscriptions', numbered(buildInvoice(inventedRequest({ subscriptionsCount: 500 }))))
  const paper = {
    color: '#7A3018',
    logo: LOGO,
    note: 'Vragen? Bel 0800-0000.',
    zeroLines: 'shown',
  } as const
  all.set('logo, colour and note', { ...numbered(plain), paper })
  return all
}

function numbered(invoice: Invoice): Invoice {
  return { ...invoice, number: '2026-00000001' }
}

async function spoilt(): Promise<Buffer> {
  const pdf = Buffer.from(
    await renderInvoicePdf(numbered(buildInvoice(inventedRequest({ subscriptionsCount: 1 })))),
  )
  const part = Buffer.from('<pdfaid:part>3')
  const at = pdf.indexOf(part)
  if (at < 0) throw new Error('the file says nothing of PDF/A')
  pdf.write('9', at + part.length - 1)
  return pdf
}
