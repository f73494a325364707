/** `tik staff`: the provider's own people and what each may do. */
import { Option, type Command } from 'commander'
import { linkFor, putStaff, rolesOf } from '../../app/access/people.ts'
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
