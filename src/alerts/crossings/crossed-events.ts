/** Limit events of an account that were noted in a time, for the replay of a stream. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { CrossedEvents } from '../../data-streams/make-batches.ts'
import { toAlertEvent } from '../webhooks/alert-event.ts'
import { crossingRow, toCrossing } from './crossing-row.ts'

export function crossedEventsOf(reference: {
  readonly directory: Directory
  readonly catalogue: Catalogue
}): CrossedEvents {
  return async (sql, accountId, { fromMs, untilMs, afterCrossing, limit }) => {
    const rows = await sql.query(
      `SELECT ${COLUMNS} FROM alert_crossings
       WHERE account_id = $1 AND noted_ms BETWEEN $2 AND $3 AND crossing_id > $4
       ORDER BY crossing_id LIMIT $5`,
      [accountId, fromMs, untilMs, afterCrossing, limit],
      crossingRow,
    )
    return rows.map((row) => {
      const event = toAlertEvent(toCrossing(row), reference)
      const { id, type } = event
      return { id, type, payload: JSON.stringify(event), crossingId: row.crossing_id }
    })
  }
}

const COLUMNS = Object.keys(crossingRow.shape).join(', ')
