/** `tik open-calls`: calls and sessions whose rest has not come yet; see them, or give them up. */
import { InvalidArgumentError, type Command } from 'commander'
import { OPEN_HOURS_DEFAULT } from '../../ingest/formats/format-options.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { giveUpOpenCalls, listOpenCalls } from '../../app/files/open-calls-of.ts'

export function addOpenCallsCommand(program: Command): void {
  const openCalls = program
    .command('open-calls')
    .description('calls and sessions whose rest is in a file that has not come yet')
  openCalls
    .command('list')
    .description('how many each source has open, and the oldest of them')
    .option('--json', 'as JSON')
    .action(list)
  openCalls
    .command('give-up')
    .description('put what has waited too long into suspense, as call_incomplete')
    .requiredOption('--source <id>', 'the source whose calls they are')
    .option('--hours <number>', 'only what is older than this', hours, OPEN_HOURS_DEFAULT)
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .requiredOption('--by <name>', 'who decided it')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_GIVE_UP)
    .action(giveUp)
}

const AFTER_GIVE_UP = `
As long as files of the source come this happens by itself (\`openHours\` in sources.yaml, ${OPEN_HOURS_DEFAULT} by
default). Where none come any more, this adds a file to the log that says who gave up what, and why.
Rejected records can then be written off (\`tik rejects write-off\`). Nothing is charged.`

async function list(options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'open-calls list')
  const sources = await listOpenCalls(desk)
  if (options.json) return printJson(sources)
  if (sources.length === 0) return print('No call or session waits for a later file.')
  const rows = sources.map(({ sourceId, count, sinceMs, oldest }) => ({
    source: sourceId,
    count: String(count),
    since: sinceMs === 0 ? '-' : new Date(sinceMs).toISOString(),
    oldest: oldest.slice(0, 60),
  }))
  print(
    formatTable(
      [
        { key: 'source', title: 'Source' },
        { key: 'count', title: 'Open', align: 'right' },
        { key: 'since', title: 'First' },
        { key: 'oldest', title: 'Its record' },
      ],
      rows,
    ),
  )
}

async function giveUp(
  options: { source: string; hours: number; reason: string; by: string; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'open-calls give-up', 'record')
  const { givenUp, left } = await giveUpOpenCalls(desk, options)
  if (options.json) return printJson({ givenUp, left })
  print(`${givenUp} given up, ${left} stay open.`)
  if (givenUp > 0) remark('They wait in suspense: `tik rejects list` shows them.')
}

function hours(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError('A whole number of hours.')
  }
  return number
}
