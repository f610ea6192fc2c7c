import { useQuery } from "@tanstack/react-query";
import { fieldsQuery } from "../../detail/queries.ts";
import { formatAmount } from "../../shared/money.ts";

/** How amounts in minor units are shown: a dash where there is none. */
export function useAmount() {
  const currencies = useQuery(fieldsQuery).data?.currencies;
  return (minor: number | null, currency: string) => {
    const exponent = currencies?.find(({ code }) => code === currency)?.exponent;
    return minor === null || exponent === undefined ? "—" : formatAmount(minor, exponent);
  };
}
