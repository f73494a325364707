/** `tik clients`: programs that may use the API. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  apiClientsOf,
  createApiClient,
  endApiClient,
  type ClientReach,
} from '../../app/access/api-clients-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { RIGHTS, type Right } from '../../identity/rights.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

const OPERATOR: ClientReach = { reachKind: 'operator', reachId: '' }

export function addClientsCommand(program: Command): void {
  const clients = program.command('clients').description('programs that may use the API')
  withReach(clients.command('add'))
    .argument('<name>', 'what it is called')
    .description('make one; its key is shown this once')
    .addOption(
      new Option('--rights <names...>', 'what it may do').choices(RIGHTS).makeOptionMandatory(),
    )
    .option('--json', 'as JSON')
    .action(add)
  withReach(clients.command('list'))
    .description('those that can be used')
    .option('--json', 'as JSON')
    .action(list)
  clients
    .command('revoke')
    .argument('<id>', 'which')
    .description('end one at once, with every token that it has')
    .action(async (id: string, _options: object, command: Command) => {
      await using desk = await openDeskOf(command, 'clients revoke')
      await endApiClient(desk, id)
      print(`${id} is revoked.`)
    })
}

function withReach(command: Command): Command {
  return command.option(
    '--for <reach>',
    'operator, partner:ID or account:ID: whose data it reaches',
    reachOf,
    OPERATOR,
  )
}

function reachOf(text: string): ClientReach {
  if (text === 'operator') return OPERATOR
  const [, kind, reachId = ''] = /^(partner|account):(\S+)$/.exec(text) ?? []
  if (kind === 'partner' || kind === 'account') return { reachKind: kind, reachId }
  throw new InvalidArgumentError('write operator, partner:ID or account:ID')
}

async function add(
  name: string,
  options: { for: ClientReach; rights: Right[]; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'clients add')
  const { rights, for: reach } = options
  const made = await createApiClient(desk, { name, rights, ...reach, expiresMs: undefined })
  if (options.json) return printJson({ ...made.client, key: made.secret })
  print(`Key of ${name}, shown this once:\n${made.secret}`)
}

async function list(options: { for: ClientReach; json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'clients list')
  const clients = await apiClientsOf(desk, options.for)
  if (options.json) return printJson(clients)
  if (clients.length === 0) return print('No clients.')
  print(
    formatTable(
      [
        { key: 'clientId', title: 'Client' },
        { key: 'name', title: 'Name' },
        { key: 'rights', title: 'Rights' },
        { key: 'created', title: 'Made (UTC)' },
        { key: 'used', title: 'Used (UTC)' },
      ],
      clients.map((one) => ({
        clientId: one.clientId,
        name: one.name,
        rights: one.rights.join(' '),
        created: shown(one.createdMs),
        used: shown(one.usedMs),
      })),
    ),
  )
}

function shown(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}
