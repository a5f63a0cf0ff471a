/** One rule of a contract. Any test framework can run it: `test(name, run)`. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}
