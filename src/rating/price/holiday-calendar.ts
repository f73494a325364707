/** Says of a local day whether it is a public holiday of a home country; years are computed once. */
import type { HolidayRules } from '../../catalogue/catalogue.ts'
import { holidayDays } from '../../catalogue/holidays.ts'
import type { HomeCountry } from '../../core/accounts/accounts.ts'
import { dayToIso } from '../../core/time/period.ts'

/** The day is given in days since 1970-01-01. */
export function createHolidayCalendar(
  rules: HolidayRules,
): (country: HomeCountry, day: number) => boolean {
  const years = new Map<string, ReadonlySet<number>>()
  return (country, day) => {
    const year = dayToIso(day).slice(0, 4)
    const key = `${country}|${year}`
    let holidays = years.get(key)
    if (holidays === undefined) {
      holidays = new Set(holidayDays(rules.byCountry[country], Number.parseInt(year, 10)))
      years.set(key, holidays)
    }
    return holidays.has(day)
  }
}
