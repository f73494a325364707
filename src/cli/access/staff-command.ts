/** `tik staff`: the provider's own people and what each may do. */
import { Option, type Command } from 'commander'
import { linkFor, putStaff, rolesOf } from '../../app/access/people.ts'
import { resetFactorOfStaff, setStaffRules } from '../../app/access/second-factors.ts'
import { LANGUAGES, type Language } from '../../core/accounts/accounts.ts'
import { print } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

export function addStaffCommand(program: Command): void {
  const staff = program.command('staff').description("the provider's own people")
  staff
    .command('add')
    .argument('<id>', 'such as clerk')
    .description('add one of them, or change who they are and what they may do')
    .requiredOption('--name <name>', 'as people know them')
    .requiredOption('--email <address>', 'for invitations')
    .requiredOption('--roles <names...>', `of ${rolesOf('staff').join(', ')}, or single rights`)
    .option('--partner <id>', "of this partner's staff; of the operator's when left out")
    .addOption(
      new Option('--language <code>', 'of pages and mails').choices(LANGUAGES).default('nl'),
    )
    .action(add)
  staff
    .command('invite')
    .argument('<id>', 'whom')
    .description('print a link with which they set a password; it works once, for seven days')
    .action(invite)
  staff
    .command('reset-factor')
    .argument('<id>', 'whose phone is lost')
    .description('take away their second factor, so that they can set up a new one')
    .action(resetFactor)
  staff
    .command('rules')
    .description('what is asked of staff at sign-in')
    .option('--partner <id>', "of this partner's staff; of the operator's when left out")
    .addOption(
      new Option('--second-factor <when>', 'whether they need one')
        .choices(['needed', 'free'])
        .makeOptionMandatory(),
    )
    .action(setRules)
}

async function add(
  staffId: string,
  options: { name: string; email: string; roles: string[]; partner?: string; language: Language },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'staff add')
  const { partner: partnerId = '', ...wish } = options
  await putStaff(desk, { staffId, partnerId, ...wish })
  print(`${staffId} may: ${options.roles.join(', ')}.`)
}

async function invite(staffId: string, _options: object, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'staff invite')
  const { publicUrl = '' } = desk.config
  const link = await linkFor(desk, `staff:${staffId}`, 'invite')
  print(`${publicUrl}/set-password#link=${link}`)
}

async function resetFactor(staffId: string, _options: object, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'staff reset-factor')
  await resetFactorOfStaff(desk, staffId)
  print(`${staffId} signs in by password alone until they set up a new one.`)
}

async function setRules(
  options: { partner?: string; secondFactor: 'needed' | 'free' },
  command: Command,
): Promise<void> {
  await using desk = await openDeskOf(command, 'staff rules')
  const isNeeded = options.secondFactor === 'needed'
  await setStaffRules(desk, options.partner ?? '', isNeeded)
  print(isNeeded ? 'Who has no second factor can only set one up.' : 'A second factor is free.')
}
