/** Every route of version 1: what is mounted, described in the OpenAPI document, and tried by the matrix. */
import type { Route } from '../route.ts'
import { accessRoutes } from './access.ts'
import { accountChangeRoutes } from './account-changes.ts'
import { accountRoutes } from './accounts.ts'
import { apiClientRoutes } from './api-clients.ts'
import { balanceRoutes } from './balances.ts'
import { bankRoutes } from './bank.ts'
import { catalogueVersionRoutes } from './catalogue-versions.ts'
import { creditNoteRoutes } from './credit-notes.ts'
import { deliveryRoutes } from './deliveries.ts'
import { draftRoutes } from './drafts.ts'
import { fileRoutes } from './files.ts'
import { financeBookRoutes } from './finance-books.ts'
import { financeMarginRoutes } from './finance-margin.ts'
import { financeRoutes } from './finance.ts'
import { invoiceLineRoutes } from './invoice-lines.ts'
import { invoiceRoutes } from './invoices.ts'
import { jobRoutes } from './jobs.ts'
import { limitRoutes } from './limits.ts'
import { lineUsageRoutes } from './line-usages.ts'
import { mailRoutes } from './mails.ts'
import { operationsRoutes } from './operations.ts'
import { passkeyRoutes } from './passkeys.ts'
import { paymentRoutes } from './payments.ts'
import { priceRoutes } from './prices.ts'
import { questionRoutes } from './questions.ts'
import { rejectRoutes } from './rejects.ts'
import { savedViewRoutes } from './saved-views.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { simBlockRoutes } from './sim-blocks.ts'
import { singleSignOnRoutes } from './single-sign-on.ts'
import { streamRoutes } from './streams.ts'
import { supportRoutes } from './support.ts'
import { usageRoutes } from './usage.ts'
import { userRoutes } from './users.ts'

export const ROUTES: readonly Route[] = [
  ...accessRoutes,
  ...secondFactorRoutes,
  ...passkeyRoutes,
  ...singleSignOnRoutes,
  ...apiClientRoutes,
  ...accountRoutes,
  ...balanceRoutes,
  ...usageRoutes,
  ...savedViewRoutes,
  ...questionRoutes,
  ...limitRoutes,
  ...simBlockRoutes,
  ...invoiceRoutes,
  ...invoiceLineRoutes,
  ...financeBookRoutes,
  ...financeMarginRoutes,
  ...financeRoutes,
  ...mailRoutes,
  ...operationsRoutes,
  ...accountChangeRoutes,
  ...bankRoutes,
  ...catalogueVersionRoutes,
  ...creditNoteRoutes,
  ...deliveryRoutes,
  ...draftRoutes,
  ...fileRoutes,
  ...lineUsageRoutes,
  ...paymentRoutes,
  ...priceRoutes,
  ...rejectRoutes,
  ...userRoutes,
  ...jobRoutes,
  ...streamRoutes,
  ...supportRoutes,
]
