/** Every page of the portal: what is mounted, and tried by the matrix of who may see what. */
import type { Page } from './page.ts'
import { actingPage } from './pages/acting.ts'
import { auditPage } from './pages/audit.ts'
import { callPage, callsPage } from './pages/calls.ts'
import { clientsPage } from './pages/clients.ts'
import { companyPage } from './pages/company.ts'
import { catalogueDifferencePage } from './pages/catalogue-difference.ts'
import { catalogueTrialPage } from './pages/catalogue-trial.ts'
import { cataloguePage } from './pages/catalogue.ts'
import { customersPage } from './pages/customers.ts'
import { financeBooksPage } from './pages/finance-books.ts'
import { financeDayPage } from './pages/finance-day.ts'
import { financeOpenPage } from './pages/finance-open.ts'
import { financeReconcilePage } from './pages/finance-reconcile.ts'
import { financePage } from './pages/finance.ts'
import { helpPage } from './pages/help.ts'
import { healthPage } from './pages/health.ts'
import { invoiceActsPage } from './pages/invoice-acts.ts'
import { invoiceLinePage } from './pages/invoice-line.ts'
import { invoicePage } from './pages/invoice.ts'
import { invoicesPage } from './pages/invoices.ts'
import { jobPage, jobsPage } from './pages/jobs.ts'
import { limitsPage } from './pages/limits.ts'
import { linePage } from './pages/line.ts'
import { mePage } from './pages/me.ts'
import { mobilePage } from './pages/mobile.ts'
import { monthPage } from './pages/month.ts'
import { overviewPage } from './pages/overview.ts'
import { questionPage, questionsPage } from './pages/questions.ts'
import { simsPage } from './pages/sims.ts'
import { streamPage } from './pages/stream.ts'
import { streamsPage } from './pages/streams.ts'
import { suspensePage } from './pages/suspense.ts'
import { timelinePage } from './pages/timeline.ts'
import { todayPage } from './pages/today.ts'
import { usagePage } from './pages/usage.ts'
import { usersPage } from './pages/users.ts'
import { warningsPage } from './pages/warnings.ts'

export const PAGES: readonly Page[] = [
  overviewPage,
  usagePage,
  callsPage,
  callPage,
  invoicesPage,
  invoicePage,
  invoiceLinePage,
  invoiceActsPage,
  mobilePage,
  linePage,
  simsPage,
  limitsPage,
  warningsPage,
  questionsPage,
  questionPage,
  usersPage,
  streamsPage,
  streamPage,
  clientsPage,
  companyPage,
  auditPage,
  timelinePage,
  actingPage,
  mePage,
  customersPage,
  todayPage,
  suspensePage,
  monthPage,
  financePage,
  financeOpenPage,
  financeDayPage,
  financeBooksPage,
  financeReconcilePage,
  cataloguePage,
  catalogueDifferencePage,
  catalogueTrialPage,
  healthPage,
  helpPage,
  jobsPage,
  jobPage,
]
