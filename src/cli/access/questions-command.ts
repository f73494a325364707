/** `tik questions`: what customers ask and contest. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  closeQuestion,
  questionOf,
  questionsOf,
  replyTo,
} from '../../app/questions/questions-of.ts'
import { formatTable } from '../../core/text/text-table.ts'
import {
  QUESTION_STATES,
  type Question,
  type QuestionState,
} from '../../questions/question-rows.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

const LISTED_MAX = 200

export function addQuestionsCommand(program: Command): void {
  const questions = program.command('questions').description('what customers ask and contest')
  questions
    .command('list')
    .description('newest first')
    .option('--account <id>', 'only of this account')
    .addOption(new Option('--state <state>', 'only these').choices(QUESTION_STATES))
    .option('--json', 'as JSON')
    .action(list)
  questions
    .command('show')
    .argument('<number>', 'which', numberOf)
    .description('one with its messages')
    .option('--json', 'as JSON')
    .action(show)
  questions
    .command('answer')
    .argument('<number>', 'which', numberOf)
    .argument('<text>', 'what the customer reads')
    .description('answer one; who asked gets a mail')
    .action(answer)
  questions
    .command('close')
    .argument('<number>', 'which', numberOf)
    .description('nothing is left to say')
    .action(async (questionId: number, _options: object, command: Command) => {
      await using desk = await openDeskOf(command, 'questions close')
      await closeQuestion(desk, questionId)
      print(`Question ${questionId} is closed.`)
    })
}

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number.parseInt(text, 10)
  throw new InvalidArgumentError('write the number that `tik questions list` shows')
}

async function list(
  { account, state, json }: { account?: string; state?: QuestionState; json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'questions list')
  const found = await questionsOf(desk, { accountId: account, state, limit: LISTED_MAX })
  if (json) return printJson(found)
  if (found.length === 0) print('Nobody asks anything.')
  else print(table(found))
}

function table(found: readonly Question[]): string {
  return formatTable(
    [
      { key: 'number', title: 'Number', align: 'right' },
      { key: 'account', title: 'Account' },
      { key: 'kind', title: 'Kind' },
      { key: 'about', title: 'About' },
      { key: 'state', title: 'State' },
      { key: 'at', title: 'Changed' },
      { key: 'text', title: 'Text' },
    ],
    found.map((one) => ({
      number: String(one.questionId),
      account: one.accountId,
      kind: one.kind,
      about: `${one.about} ${one.aboutId}`.trim(),
      state: one.state,
      at: new Date(one.changedMs).toISOString(),
      text: one.text.replaceAll(/\s+/g, ' ').slice(0, 60),
    })),
  )
}

async function show(
  questionId: number,
  { json }: { json?: true },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'questions show')
  const thread = await questionOf(desk, questionId)
  if (json) return printJson(thread)
  print(table([thread.question]))
  for (const { atMs, authorName, text } of thread.messages) {
    print(`\n${new Date(atMs).toISOString()}  ${authorName}\n${text}`)
  }
}

async function answer(
  questionId: number,
  text: string,
  _options: object,
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'questions answer')
  const { publicUrl: siteUrl = '' } = desk.config
  await replyTo(desk, questionId, { text, siteUrl })
  print(`Question ${questionId} is answered.`)
}
