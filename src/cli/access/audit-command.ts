/** `tik audit`: who did what, newest first. */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { auditOf } from '../../app/access/audit-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 10_000

export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('who did what, newest first')
    .option('--limit <count>', 'how many', countOf, LIMIT_DEFAULT)
    .option('--before <entry>', 'only what is older than this entry', countOf)
    .option('--json', 'as JSON, with values before and after')
    .action(list)
}

function countOf(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= LIMIT_MAX) return count
  throw new InvalidArgumentError(`write a number from 1 to ${LIMIT_MAX}`)
}

async function list(
  options: { limit: number; before?: number; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'audit')
  const entries = await auditOf(desk, { limit: options.limit, beforeEntryId: options.before })
  if (options.json) return printJson(entries)
  if (entries.length === 0) return print('Nothing was noted.')
  print(
    formatTable(
      [
        { key: 'entry', title: 'Entry' },
        { key: 'at', title: 'When (UTC)' },
        { key: 'name', title: 'Who' },
        { key: 'door', title: 'Door' },
        { key: 'act', title: 'Did' },
        { key: 'subject', title: 'To' },
      ],
      entries.map((one) => ({
        ...one,
        entry: String(one.entryId),
        at: new Date(one.atMs).toISOString().slice(0, 19).replace('T', ' '),
      })),
    ),
  )
}
