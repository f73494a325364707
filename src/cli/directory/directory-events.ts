/** `tik accounts apply` and `tik accounts events`: changes of accounts and subscriptions as events. */
import type { Command } from 'commander'
import {
  applyEventsFile,
  directoryEventsOf,
  type AppliedLine,
} from '../../app/directory/directory-events-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'

export function addDirectoryEvents(accounts: Command): void {
  accounts
    .command('apply')
    .argument('<file>', 'events as JSON lines, as the topic directory has them')
    .description('apply events: activate, swap-sim, port-in, terminate …; with their charges')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_APPLY)
    .action(apply)
  accounts
    .command('events')
    .description('the events that came, newest first, and what became of each')
    .option('--subscription <id>', 'only of this subscription')
    .option('--refused', 'only those that could not be applied')
    .option('--json', 'as JSON')
    .action(list)
}

const AFTER_APPLY = `
One event a line, for example
  {"id":"4711","type":"swap-sim","subscription":"M1","at":"2026-11-02T10:00","imsi":"204080000000009",
   "charge":{"amount":"10.00","description":"SIM swap"}}
docs/directory-events.md lists the types. An event is applied once, known by its id; one that was
refused may be sent again when its cause is mended. Over Kafka the same events come on the topic
directory (\`tik run --stage directory\`).

Exit status 1 when an event was refused.`

async function apply(file: string, options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'accounts apply')
  const signal = stopOnSignal('Stopping after the event under way …')
  const applied: AppliedLine[] = []
  const counts = { applied: 0, known: 0, refused: 0 }
  for await (const event of applyEventsFile(desk, file, signal)) {
    counts[event.state] += 1
    if (options.json) applied.push(event)
    else if (event.state === 'refused') remark(`${event.place}: ${event.eventId}: ${event.detail}`)
  }
  if (options.json) printJson(applied)
  else print(`${counts.applied} applied, ${counts.known} known already, ${counts.refused} refused`)
  if (counts.refused > 0) process.exitCode = 1
}

async function list(
  options: { subscription?: string; refused?: true; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'accounts events')
  const events = await directoryEventsOf(desk, {
    ...(options.subscription === undefined ? {} : { subscription: options.subscription }),
    refusedOnly: options.refused === true,
  })
  if (options.json) return printJson(events)
  if (events.length === 0) return print('No events.')
  print(
    formatTable(
      [
        { key: 'received', title: 'Received' },
        { key: 'eventId', title: 'Event' },
        { key: 'type', title: 'Type' },
        { key: 'subscriptionId', title: 'Subscription' },
        { key: 'state', title: '' },
        { key: 'detail', title: 'What' },
      ],
      events.map(({ receivedMs, eventId, type, subscriptionId, state, detail }) => ({
        received: new Date(receivedMs).toISOString(),
        eventId,
        type,
        subscriptionId,
        state,
        detail,
      })),
    ),
  )
}
