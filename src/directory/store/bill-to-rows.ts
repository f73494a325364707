/** A bill-to as a row of its table: what is NULL there is as the account has it. */
import type { BillTo } from '../../core/accounts/bill-to.ts'
import type { RowOf } from './directory-rows.ts'

export function toBillToRow(billTo: BillTo): RowOf<'bill_tos'> {
  const { street, postcode, city, country } = billTo.address
  return {
    bill_to_id: billTo.billToId,
    account_id: billTo.accountId,
    street,
    postcode,
    city,
    country,
    legal_name: billTo.legalName ?? null,
    vat_id: billTo.vatId ?? null,
    registration_number: billTo.registrationNumber ?? null,
    language: billTo.language ?? null,
    purchase_order: billTo.purchaseOrder ?? null,
    customer_text: billTo.customerText ?? null,
    cdr_file: billTo.cdrFile ?? null,
    paper: billTo.paper ?? null,
    electronic_address: billTo.electronicAddress ?? null,
    reader_ids: [...billTo.readerIds],
  }
}

export function toBillTo(row: RowOf<'bill_tos'>): BillTo {
  const { street, postcode, city, country } = row
  return {
    billToId: row.bill_to_id,
    accountId: row.account_id,
    address: { street, postcode, city, country },
    ...(row.legal_name === null ? {} : { legalName: row.legal_name }),
    ...(row.vat_id === null ? {} : { vatId: row.vat_id }),
    ...(row.registration_number === null ? {} : { registrationNumber: row.registration_number }),
    ...(row.language === null ? {} : { language: row.language }),
    ...(row.purchase_order === null ? {} : { purchaseOrder: row.purchase_order }),
    ...(row.customer_text === null ? {} : { customerText: row.customer_text }),
    ...(row.cdr_file === null ? {} : { cdrFile: row.cdr_file }),
    ...(row.paper === null ? {} : { paper: row.paper }),
    ...(row.electronic_address === null ? {} : { electronicAddress: row.electronic_address }),
    readerIds: row.reader_ids,
  }
}
