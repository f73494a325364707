/** `tik streams`: endpoints of accounts and partners that get usage and events as they are rated. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { sendStreams, sendTest } from '../../app/streams/deliver-streams-of.ts'
import {
  changeStream,
  createStream,
  deleteStream,
  OVERLAP_HOURS_MAX,
  ownStreams,
  pauseStream,
  replayStream,
  resumeStream,
  rotateStreamSecret,
  streamDeliveries,
  streamWithin,
} from '../../app/streams/streams-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { systemClock } from '../../core/time/clock.ts'
import {
  STREAM_EVENTS,
  type DataStream,
  type StreamEvents,
  type StreamOwner,
} from '../../data-streams/data-stream.ts'
import { momentOf } from '../moment.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson } from '../options.ts'

const OVERLAP_HOURS_DEFAULT = 24
const DELIVERIES_SHOWN_MAX = 1_000

interface WishOptions {
  readonly for: StreamOwner
  readonly events: StreamEvents[]
  readonly numbers?: true
  readonly json?: true
}

export function addStreamsCommand(program: Command): void {
  const streams = program
    .command('streams')
    .description('endpoints that get usage and events as they are rated')
  withOwner(streams.command('list'))
    .description('those of an account or partner')
    .option('--json', 'as JSON, without secrets')
    .action(list)
  withWish(withOwner(streams.command('add').argument('<name>').argument('<url>', 'https://…')))
    .description('make one; its secret is shown this once')
    .action(add)
  withWish(streams.command('change').argument('<id>').argument('<name>').argument('<url>'))
    .description('change it; what waits goes to the new address')
    .action(change)
  addActs(streams)
  streams
    .command('deliveries')
    .argument('<id>', 'which')
    .description('every attempt of the last month, newest first')
    .option('--json', 'as JSON')
    .action(deliveries)
  streams
    .command('send')
    .description('send what is due now; tik run does this by itself')
    .action(async (_options: object, command: Command) => {
      await using desk = await openDeskOf(command, 'streams send')
      const report = await sendStreams(desk, systemClock)
      print(
        `${report.takenCount} batches with ${report.eventsCount} events taken, ${report.failedCount} not taken`,
      )
      if (report.failedCount > 0) process.exitCode = 1
    })
}

/** What is done to one of them. */
function addActs(streams: Command): void {
  act(streams, 'remove', 'end it, with what waits for it', async (desk, id) => {
    await deleteStream(desk, id)
    return `${id} is removed.`
  })
  act(streams, 'pause', 'send nothing until it is resumed', async (desk, id) => {
    return stateText(await pauseStream(desk, id))
  })
  act(streams, 'resume', 'go on at once from where it stood', async (desk, id) => {
    return stateText(await resumeStream(desk, id))
  })
  act(streams, 'test', 'send a test now', async (desk, id) => {
    const delivery = await sendTest(desk, id, systemClock)
    if (delivery?.failure === '') return `taken in ${delivery.tookMs} ms`
    process.exitCode = 1
    return `not taken: ${delivery?.failure ?? 'somebody else sends it'}`
  })
  streams
    .command('replay')
    .argument('<id>', 'which')
    .requiredOption('--from <moment>', 'a date or moment, e.g. 2026-10-05', momentOf)
    .description('send everything since then once more, under the same event ids')
    .action(async (id: string, options: { from: number }, command: Command) => {
      await using desk = await openDeskOf(command, 'streams replay')
      const { name } = await replayStream(desk, id, options.from)
      print(`${name} is replayed from ${new Date(options.from).toISOString()} on.`)
    })
  streams
    .command('rotate')
    .argument('<id>', 'which')
    .option(
      '--overlap <hours>',
      `how long the one before signs too, 0 to ${OVERLAP_HOURS_MAX}`,
      overlapOf,
      OVERLAP_HOURS_DEFAULT,
    )
    .description('give it a new secret, shown this once')
    .action(async (id: string, options: { overlap: number }, command: Command) => {
      await using desk = await openDeskOf(command, 'streams rotate')
      print(`Secret, shown this once:\n${await rotateStreamSecret(desk, id, options.overlap)}`)
    })
}

function act(
  streams: Command,
  name: string,
  description: string,
  run: (desk: Awaited<ReturnType<typeof openDeskOf>>, id: string) => Promise<string>,
): void {
  streams
    .command(name)
    .argument('<id>', 'which')
    .description(description)
    .action(async (id: string, _options: object, command: Command) => {
      await using desk = await openDeskOf(command, `streams ${name}`)
      print(await run(desk, id))
    })
}

function withOwner(command: Command): Command {
  return command.addOption(
    new Option('--for <owner>', 'account:ID or partner:ID')
      .argParser(ownerOf)
      .makeOptionMandatory(),
  )
}

function withWish(command: Command): Command {
  return command
    .addOption(
      new Option('--events <kinds...>', 'what it gets')
        .choices(STREAM_EVENTS)
        .makeOptionMandatory(),
    )
    .option('--numbers', 'show the other party of a call')
    .option('--json', 'as JSON')
}

function ownerOf(text: string): StreamOwner {
  const [, ownerKind, ownerId = ''] = /^(account|partner):(\S+)$/.exec(text) ?? []
  if (ownerKind === 'account' || ownerKind === 'partner') return { ownerKind, ownerId }
  throw new InvalidArgumentError('write account:ID or partner:ID')
}

function overlapOf(text: string): number {
  const hours = Number(text)
  if (Number.isInteger(hours) && hours >= 0 && hours <= OVERLAP_HOURS_MAX) return hours
  throw new InvalidArgumentError(`hours from 0 to ${OVERLAP_HOURS_MAX}`)
}

async function add(
  name: string,
  url: string,
  options: WishOptions,
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'streams add')
  const wish = { name, url, events: options.events, seesNumbers: options.numbers === true }
  const { stream, secret } = await createStream(desk, { ...wish, ...options.for })
  if (options.json) return printJson({ ...shown(stream), secret })
  print(`Stream ${stream.streamId}. Its secret, shown this once:\n${secret}`)
}

async function change(
  id: string,
  name: string,
  url: string,
  options: Omit<WishOptions, 'for'>,
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'streams change')
  const wish = { name, url, events: options.events, seesNumbers: options.numbers === true }
  const stream = await changeStream(desk, id, wish)
  if (options.json) return printJson(shown(stream))
  print(`${stream.name} goes to ${stream.url}.`)
}

async function list(options: { for: StreamOwner; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'streams list')
  const streams = await ownStreams(desk, options.for)
  if (options.json) return printJson(streams.map(shown))
  if (streams.length === 0) return print('No streams.')
  print(
    formatTable(
      [
        { key: 'id', title: 'Stream' },
        { key: 'name', title: 'Name' },
        { key: 'events', title: 'Gets' },
        { key: 'url', title: 'Endpoint' },
        { key: 'state', title: 'State' },
        { key: 'taken', title: 'Last taken (UTC)' },
      ],
      streams.map((stream) => ({
        id: stream.streamId,
        name: stream.name,
        events: stream.events.join(' '),
        url: stream.url,
        state: stateText(stream),
        taken: stream.takenMs === 0 ? '' : minute(stream.takenMs),
      })),
    ),
  )
}

async function deliveries(id: string, options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'streams deliveries')
  const found = await streamDeliveries(desk, id, { limit: DELIVERIES_SHOWN_MAX })
  if (options.json) return printJson(found)
  if (found.length === 0) {
    return print(`Nothing was sent to ${(await streamWithin(desk, id)).name} within a month.`)
  }
  print(
    formatTable(
      [
        { key: 'at', title: 'At (UTC)' },
        { key: 'batch', title: 'webhook-id' },
        { key: 'kind', title: 'Kind' },
        { key: 'events', title: 'Events', align: 'right' },
        { key: 'attempt', title: 'Attempt', align: 'right' },
        { key: 'took', title: 'ms', align: 'right' },
        { key: 'failure', title: 'Not taken' },
      ],
      found.map((one) => ({
        at: minute(one.atMs),
        batch: one.batchId,
        kind: one.kind,
        events: String(one.eventCount),
        attempt: String(one.attempt),
        took: String(one.tookMs),
        failure: one.failure,
      })),
    ),
  )
}

function stateText({ state, stateReason, attempts }: DataStream): string {
  if (state !== 'active') return `${state}: ${stateReason}`
  return attempts === 0 ? state : `${state}, ${attempts} not taken`
}

/** A secret is shown once, when it is made. */
function shown({ secret: _secret, previousSecret: _previous, ...stream }: DataStream) {
  return stream
}

function minute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
