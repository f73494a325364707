/** `tik blocks`: what the operator is asked to block or free, and what it answered. */
import { Argument, Option, type Command } from 'commander'
import {
  BLOCK_ACTS,
  REQUEST_STATES,
  type BlockAct,
  type RequestState,
} from '../../alerts/blocks/service-request.ts'
import { answerBlock, askSimBlock, blockRequestsOf } from '../../app/limits/sim-blocks.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

const ANSWERS = ['confirmed', 'refused'] as const

export function addBlocksCommand(program: Command): void {
  const blocks = program.command('blocks').description('SIMs that the operator is asked to block')
  blocks
    .command('list')
    .description('newest first')
    .option('--account <id>', 'only of this account')
    .addOption(new Option('--state <state>', 'only these').choices(REQUEST_STATES))
    .option('--json', 'as JSON')
    .action(list)
  blocks
    .command('ask')
    .addArgument(new Argument('<act>', 'what is asked').choices(BLOCK_ACTS))
    .argument('<subscription>', 'of which SIM')
    .description('ask the operator; a block can have a fee')
    .action(async (act: BlockAct, subscriptionId: string, _options: object, command: Command) => {
      await using desk = await openDeskOf(command, 'blocks ask')
      print(`Asked: ${await askSimBlock(desk, subscriptionId, { act, cause: 'operator' })}`)
    })
  blocks
    .command('answer')
    .argument('<request>', 'which')
    .addArgument(new Argument('<answer>', 'what the operator did').choices(ANSWERS))
    .option('--why <text>', 'why, where it was refused')
    .description('note what the operator did; who is registered gets a mail')
    .action(answer)
}

async function list(
  { account, state, json }: { account?: string; state?: RequestState; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'blocks list')
  const found = await blockRequestsOf(desk, { accountId: account, state })
  if (json) return printJson(found)
  if (found.length === 0) return print('Nothing was asked for.')
  print(
    formatTable(
      [
        { key: 'id', title: 'Request' },
        { key: 'subscription', title: 'Subscription' },
        { key: 'act', title: 'Act' },
        { key: 'service', title: 'Service' },
        { key: 'cause', title: 'Cause' },
        { key: 'state', title: 'State' },
        { key: 'at', title: 'Asked' },
        { key: 'answer', title: 'Answer' },
      ],
      found.map((one) => ({
        id: one.requestId,
        subscription: one.subscriptionId,
        act: one.act,
        service: one.service,
        cause: one.cause,
        state: one.state,
        at: new Date(one.requestedMs).toISOString(),
        answer: one.answer,
      })),
    ),
  )
}

async function answer(
  requestId: string,
  given: (typeof ANSWERS)[number],
  { why }: { why?: string },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'blocks answer')
  const { subscriptionId, act } = await answerBlock(desk, requestId, { answer: given, why })
  print(`The ${act} of ${subscriptionId} is ${given}.`)
}
