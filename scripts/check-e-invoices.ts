/**
 * `npm run e-invoices`: every kind of invoice that tik can make as UBL, under the schema of UBL 2.1 and the
 * official rules of EN 16931 and Peppol BIS Billing 3.0. Ends with 1 on an error, and when rules overlook a
 * document that was spoilt on purpose. Without Maven or Python it says so and checks nothing; in CI that is
 * an error.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { toElectronicInvoice } from '../src/invoicing/documents/e-invoice/to-electronic-invoice.ts'
import { ublDocument } from '../src/invoicing/documents/e-invoice/ubl-document.ts'
import { attachmentOf } from '../src/invoicing/documents/e-invoice/ubl-file.ts'
import { renderInvoicePdf } from '../src/invoicing/documents/pdf/render-invoice-pdf.ts'
import { formatTable } from '../src/core/text/text-table.ts'
import { inventedCreditNotes } from '../test/doubles/invented-credit-notes.ts'
import { inventedEInvoices } from '../test/doubles/invented-e-invoices.ts'
import { prepareRules, type Rules } from './check-e-invoices/prepare-rules.ts'
import { spoiltDocuments } from './check-e-invoices/spoilt-documents.ts'

const OUTPUT_BYTES_MAX = 64 * 1024 * 1024
const RUN_TIMEOUT_MS = 300_000
const RUN_RULES = join(import.meta.dirname, 'check-e-invoices', 'run-rules.py')
const SCHEMA = 'UBL 2.1'

const outcomes = z.array(
  z.object({
    document: z.string(),
    rules: z.string(),
    id: z.string(),
    flag: z.string(),
    text: z.string(),
    seconds: z.number(),
  }),
)
type Outcome = z.output<typeof outcomes>[number]

const rules = await prepareRules(say).catch((error: unknown) => {
  say(`the rules cannot be had here: ${error instanceof Error ? error.message : String(error)}`)
  return undefined
})
if (rules !== undefined) process.exitCode = await check(rules)
else if (process.env['CI'] !== undefined) process.exitCode = 1
else
  say(
    'skipped: no e-invoice was checked (it needs mvn, python3 with venv, and a way to their registries)',
  )

async function check(found: Rules): Promise<number> {
  const documents = await invoicesAndCredits()
  const spoilt = spoiltDocuments(documents.get('standard rate') ?? '')
  const all = new Map([...documents, ...spoilt.map(({ name, text }) => [name, text] as const)])
  const results = await runRules(found, all)
  const names = [SCHEMA, ...found.rules.map(({ name }) => name)]
  const problems = results.filter(({ flag, document }) => flag !== 'ran' && documents.has(document))
  say(table(documents, names, results))
  for (const { document, rules: of, id, flag, text } of problems) {
    say(`${flag === 'warning' ? 'warning' : 'error'}  ${document}, ${of}: ${id} ${text}`)
  }
  const unseen = spoilt.flatMap(({ name, refusedBy }) =>
    names
      .filter((of) => refusedBy.some((start) => of.startsWith(start)))
      .filter(
        (of) =>
          !results.some(
            (each) => each.document === name && each.rules === of && each.flag !== 'ran',
          ),
      )
      .map((of) => `error  ${of} overlooks the ${name}`),
  )
  for (const line of unseen) say(line)
  const errors = problems.filter(({ flag }) => flag !== 'warning')
  const missing = documents.size * names.length - ran(results, documents)
  say(
    `${documents.size} documents under ${names.length} sets of rules: ${errors.length} errors, ` +
      `${problems.length - errors.length} warnings, ${missing} not checked; ` +
      `${spoilt.length} canaries, ${unseen.length} times overlooked`,
  )
  return errors.length + unseen.length + missing === 0 ? 0 : 1
}

/** Each invoice, and the credit notes that the model makes of them. */
async function invoicesAndCredits(): Promise<Map<string, string>> {
  const all = [...inventedEInvoices(), ...inventedCreditNotes()]
  const documents = new Map(
    all.map(([name, each]) => [name, ublDocument(toElectronicInvoice(each))]),
  )
  const [first] = inventedEInvoices().values()
  if (first === undefined) throw new Error('no invoice was invented')
  const attachment = attachmentOf(first, await renderInvoicePdf(first))
  return documents.set(
    'with its PDF within',
    ublDocument({ ...toElectronicInvoice(first), attachment }),
  )
}

async function runRules(found: Rules, documents: ReadonlyMap<string, string>): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tik-e-invoices-'))
  try {
    const written: { name: string; path: string }[] = []
    for (const [name, text] of documents) {
      const path = join(folder, `${written.length + 1}.xml`)
      await writeFile(path, text)
      written.push({ name, path })
    }
    const task = { schemas: found.schemas, rules: found.rules, documents: written }
    return outcomes.parse(JSON.parse(await python(found.python, JSON.stringify(task))))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function python(command: string, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: OUTPUT_BYTES_MAX, timeout: RUN_TIMEOUT_MS }
    const child = execFile(command, [RUN_RULES], options, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(error)
    })
    child.stdin?.end(input)
  })
}

/** What each set of rules found in each document. */
function table(
  documents: ReadonlyMap<string, string>,
  names: readonly string[],
  results: readonly Outcome[],
): string {
  const found = Map.groupBy(results, ({ document, rules: of }) => `${document}|${of}`)
  return formatTable(
    [{ key: 'document', title: 'Document' }, ...names.map((name) => ({ key: name, title: name }))],
    [...documents.keys()].map((document) => ({
      document,
      ...Object.fromEntries(names.map((name) => [name, verdict(found.get(`${document}|${name}`))])),
    })),
  )
}

function verdict(of: readonly Outcome[] = []): string {
  if (of.length === 0) return 'not run'
  const warnings = of.filter(({ flag }) => flag === 'warning').length
  const errors = of.filter(({ flag }) => flag !== 'warning' && flag !== 'ran').length
  if (errors > 0) return `${errors} errors`
  return warnings > 0 ? `${warnings} warnings` : 'ok'
}

function ran(results: readonly Outcome[], documents: ReadonlyMap<string, string>): number {
  return results.filter(({ flag, document }) => flag === 'ran' && documents.has(document)).length
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
