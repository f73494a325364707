/** What a person may do, as it is stored; and the provider's staff. */
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { PersonKey } from './person.ts'

export async function setAccess(
  sql: SqlRunner,
  person: PersonKey,
  access: {
    readonly roles: readonly string[]
    readonly isBlocked: boolean
    readonly nowMs: number
  },
): Promise<void> {
  await sql.execute(
    `INSERT INTO person_access (person, roles, blocked_ms) VALUES ($1, $2::text[], $3)
     ON CONFLICT (person) DO UPDATE SET roles = EXCLUDED.roles, blocked_ms = EXCLUDED.blocked_ms`,
    [person, access.roles, access.isBlocked ? access.nowMs : null],
  )
}

export interface StaffRow {
  readonly staffId: string
  readonly partnerId: string
  readonly name: string
  readonly email: string
  readonly language: string
}

export async function setStaff(sql: SqlRunner, staff: StaffRow): Promise<void> {
  await sql.execute(
    `INSERT INTO staff (staff_id, partner_id, name, email, language) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (staff_id) DO UPDATE SET partner_id = EXCLUDED.partner_id, name = EXCLUDED.name,
       email = EXCLUDED.email, language = EXCLUDED.language`,
    [
      staff.staffId,
      staff.partnerId === '' ? null : staff.partnerId,
      staff.name,
      staff.email,
      staff.language,
    ],
  )
}
