/** `tik rejects`: what waits in suspense and why. */
import type { Command } from 'commander'
import { listRejects, type RejectGroup } from '../suspense/list-rejects.ts'
import { configOf, print, printJson } from './options.ts'
import { openStores } from './stores.ts'

export function addRejectsCommand(program: Command): void {
  const rejects = program.command('rejects').description('records that could not be rated')
  rejects
    .command('list')
    .description('rejected records by reason, with counts and samples')
    .option('--json', 'as JSON')
    .action(async (options: { json?: true }, command: Command) => {
      await using stores = await openStores(configOf(command), 'rejects list')
      const groups = await listRejects(stores.clickhouse)
      if (options.json) return printJson(groups)
      if (groups.length === 0) print('Nothing waits: every record was rated or is nobody’s usage.')
      for (const group of groups) print(describe(group))
    })
}

function describe(group: RejectGroup): string {
  const lines = [
    `${group.recordsCount}  ${group.reason}: ${group.meaning}`,
    `    from ${group.origins.join(', ')}`,
    ...group.samples.map(
      ({ entryId, detail, raw }) => `    ${entryId}  ${detail}\n        ${printable(raw)}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** A record may hold anything; a terminal must not act on it. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '·')
}
