//! Books: sectors, accounts, and the double-entry ledger of every tick.
//!
//! Assets are positive, liabilities and net worth negative, so the accounts of every agent sum to
//! zero. An [`Entry`] moves one amount along one or two legs; a leg takes it from an account of its
//! giver and adds it to an account of its taker. A current payment has a money leg
//! (`deposits>deposits`, payer to receiver) and an income leg (`net_worth>net_worth`, receiver to
//! payer: the receiver's net worth, a negative number, grows in size). Nothing else changes
//! accounts, so every change is explained by the entries, and [`Ledger`] can be checked from its
//! two files alone.

use crate::kernel::ordered::Total;

/// Institutional sectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sector {
    /// Manufacturing firms of the region.
    Firms,
    /// Households.
    Households,
    /// Government of the region.
    Government,
    /// Banks.
    Banks,
    /// Venture funds.
    VentureFunds,
    /// Universities.
    Universities,
    /// Research institutes.
    Institutes,
    /// Innovation platforms.
    Platforms,
    /// The rest of the nation and the world.
    OutsideWorld,
}

/// All sectors in the order of the files.
pub const SECTORS: [Sector; 9] = [
    Sector::Firms,
    Sector::Households,
    Sector::Government,
    Sector::Banks,
    Sector::VentureFunds,
    Sector::Universities,
    Sector::Institutes,
    Sector::Platforms,
    Sector::OutsideWorld,
];

impl Sector {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        [
            "firms",
            "households",
            "government",
            "banks",
            "venture_funds",
            "universities",
            "institutes",
            "platforms",
            "outside_world",
        ][self as usize]
    }
}

/// Balance accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// Deposits with banks (a liability of banks).
    Deposits,
    /// Loans of banks (a liability of borrowers).
    Loans,
    /// Paid-in capital of firms (a liability of firms, an asset of their holders).
    Equity,
    /// Machines and buildings at book value.
    FixedCapital,
    /// Finished goods.
    Inventories,
    /// Net worth, minus the sum of the other accounts.
    NetWorth,
}

/// Number of accounts.
pub const ACCOUNTS: usize = 6;

/// All accounts in the order of the files.
pub const ALL_ACCOUNTS: [Account; ACCOUNTS] = [
    Account::Deposits,
    Account::Loans,
    Account::Equity,
    Account::FixedCapital,
    Account::Inventories,
    Account::NetWorth,
];

impl Account {
    /// Name in the files.
    pub fn name(self) -> &'static str {
        ["deposits", "loans", "equity", "fixed_capital", "inventories", "net_worth"][self as usize]
    }
}

/// Balances of one agent or sector, in million CNY.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Balances(pub [f64; ACCOUNTS]);

impl Balances {
    /// Balance of `account`.
    #[inline]
    pub fn get(&self, account: Account) -> f64 {
        self.0[account as usize]
    }

    /// Adds `amount` to `account`.
    #[inline]
    pub fn add(&mut self, account: Account, amount: f64) {
        self.0[account as usize] += amount;
    }

    /// Own funds: assets less loans; paid-in capital counts as own.
    pub fn own_funds(&self) -> f64 {
        -(self.get(Account::NetWorth) + self.get(Account::Equity))
    }

    /// Total assets.
    pub fn assets(&self) -> f64 {
        self.get(Account::Deposits) + self.get(Account::FixedCapital) + self.get(Account::Inventories)
    }

    /// Sets net worth so that the accounts sum to zero.
    pub fn close(&mut self) {
        let rest: f64 = self.0[..ACCOUNTS - 1].iter().sum();
        self.0[Account::NetWorth as usize] = -rest;
    }
}

/// Side of an entry on which an agent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Payer (the `from` of the entry).
    Payer,
    /// Receiver (the `to` of the entry).
    Receiver,
}

/// One leg of an entry: the giver's account falls, the taker's account rises by the amount.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    giver: Side,
    giver_account: Account,
    taker_account: Account,
}

/// Payment for goods, services, income or a transfer.
const CURRENT: &[Leg] = &[
    leg(Side::Payer, Account::Deposits, Account::Deposits),
    leg(Side::Receiver, Account::NetWorth, Account::NetWorth),
];
/// Purchase of machines: the payer's fixed capital grows.
const INVESTMENT: &[Leg] = &[
    leg(Side::Payer, Account::Deposits, Account::Deposits),
    leg(Side::Receiver, Account::NetWorth, Account::FixedCapital),
];
/// Sale of used machines: the receiver of the money gives up fixed capital.
const DISPOSAL: &[Leg] = &[
    leg(Side::Payer, Account::Deposits, Account::Deposits),
    leg(Side::Receiver, Account::FixedCapital, Account::NetWorth),
];
/// Loan or repayment: money goes one way, the claim the other.
const CREDIT: &[Leg] =
    &[leg(Side::Payer, Account::Deposits, Account::Deposits), leg(Side::Receiver, Account::Loans, Account::Loans)];
/// Paid-in capital: the payer gets a stake in the receiver, or buys an existing one.
const STAKE: &[Leg] =
    &[leg(Side::Payer, Account::Deposits, Account::Deposits), leg(Side::Receiver, Account::Equity, Account::Equity)];
/// Loan written off: the payer (bank) loses a claim, the receiver its debt.
const LOAN_LOSS: &[Leg] =
    &[leg(Side::Payer, Account::Loans, Account::Loans), leg(Side::Receiver, Account::NetWorth, Account::NetWorth)];
/// Stake written off: the payer (holder) loses the stake.
const STAKE_LOSS: &[Leg] =
    &[leg(Side::Payer, Account::Equity, Account::Equity), leg(Side::Receiver, Account::NetWorth, Account::NetWorth)];
/// Goods added to stock at cost (negative: taken from stock).
const STOCK: &[Leg] = &[leg(Side::Payer, Account::NetWorth, Account::Inventories)];
/// Loss of value of machines.
const CAPITAL_LOSS: &[Leg] = &[leg(Side::Payer, Account::FixedCapital, Account::NetWorth)];
/// Takeover of one account of the payer by the receiver, with the net worth behind it.
const TAKEOVER_DEPOSITS: &[Leg] = &[
    leg(Side::Payer, Account::Deposits, Account::Deposits),
    leg(Side::Receiver, Account::NetWorth, Account::NetWorth),
];
const TAKEOVER_LOANS: &[Leg] =
    &[leg(Side::Receiver, Account::Loans, Account::Loans), leg(Side::Payer, Account::NetWorth, Account::NetWorth)];
const TAKEOVER_EQUITY: &[Leg] =
    &[leg(Side::Receiver, Account::Equity, Account::Equity), leg(Side::Payer, Account::NetWorth, Account::NetWorth)];
const TAKEOVER_CAPITAL: &[Leg] = &[
    leg(Side::Payer, Account::FixedCapital, Account::FixedCapital),
    leg(Side::Receiver, Account::NetWorth, Account::NetWorth),
];
const TAKEOVER_STOCK: &[Leg] = &[
    leg(Side::Payer, Account::Inventories, Account::Inventories),
    leg(Side::Receiver, Account::NetWorth, Account::NetWorth),
];

const fn leg(giver: Side, giver_account: Account, taker_account: Account) -> Leg {
    Leg { giver, giver_account, taker_account }
}

/// Kind of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something changes hands, or is produced.
    Transaction,
    /// A value changes without anything changing hands.
    Revaluation,
}

/// What an entry is: its name, parties, kind and legs.
#[derive(Debug, Clone, Copy)]
pub struct EntrySpec {
    /// Name of the transaction in the files.
    pub transaction: &'static str,
    /// Paying sector.
    pub payer: Sector,
    /// Receiving sector.
    pub receiver: Sector,
    /// Transaction or revaluation.
    pub kind: Kind,
    /// Accounts moved.
    pub legs: &'static [Leg],
}

macro_rules! entries {
    ($($name:ident = $transaction:literal, $payer:ident -> $receiver:ident, $kind:ident, $legs:ident, $doc:literal;)*) => {
        /// Every entry the ledger knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Entry { $(#[doc = $doc] $name,)* }

        /// Specifications in the order of [`Entry`].
        pub const ENTRIES: &[EntrySpec] = &[$(EntrySpec {
            transaction: $transaction, payer: Sector::$payer, receiver: Sector::$receiver,
            kind: Kind::$kind, legs: $legs,
        },)*];
    };
}

entries! {
    SalesHome = "sales_home", OutsideWorld -> Firms, Transaction, CURRENT, "Sales to the rest of the nation.";
    SalesExports = "sales_exports", OutsideWorld -> Firms, Transaction, CURRENT, "Sales abroad.";
    SalesLocalInputs = "sales_local_inputs", Firms -> Firms, Transaction, CURRENT, "Equipment inputs sold within the region.";
    SalesLocalMachines = "sales_local_machines", Firms -> Firms, Transaction, INVESTMENT, "Machines sold within the region.";
    InputPurchases = "input_purchases", Firms -> OutsideWorld, Transaction, CURRENT, "Materials, energy, services and parts from outside the sector.";
    MachinePurchases = "machine_purchases", Firms -> OutsideWorld, Transaction, INVESTMENT, "Machines from outside the region.";
    Wages = "wages", Firms -> Households, Transaction, CURRENT, "Wages of workers.";
    SocialCharges = "social_charges", Firms -> Government, Transaction, CURRENT, "Employers' social charges.";
    SellingCost = "selling_cost", Firms -> Households, Transaction, CURRENT, "Selling expense, paid to sales staff.";
    OtherLabourCost = "other_labour_cost", Firms -> Households, Transaction, CURRENT, "Overhead that is labour cost.";
    OtherTaxes = "other_taxes", Firms -> Government, Transaction, CURRENT, "Overhead that is taxes.";
    ProductionTax = "production_tax", Firms -> Government, Transaction, CURRENT, "Net taxes on production.";
    ProfitTax = "profit_tax", Firms -> Government, Transaction, CURRENT, "Tax on profit.";
    ResearchPay = "research_pay", Firms -> Households, Transaction, CURRENT, "Own research outlay.";
    CapabilityPay = "capability_pay", Firms -> Households, Transaction, CURRENT, "Outlay for design, brand, channel and service, paid to their people.";
    ConversionCost = "conversion_cost", Firms -> Households, Transaction, CURRENT, "Conversion to a new generation of a technology.";
    Licence = "licence", Firms -> Firms, Transaction, CURRENT, "Licence for a generation of a technology.";
    PracticePay = "practice_pay", Firms -> Households, Transaction, CURRENT, "Outlay for digital and green lines and for work on standards, paid to their people.";
    RoyaltyAbroad = "royalty", Firms -> OutsideWorld, Transaction, CURRENT, "Royalties to holders of standards abroad.";
    RoyaltyNation = "royalty_nation", Firms -> OutsideWorld, Transaction, CURRENT, "Royalties to holders of standards in the rest of the nation.";
    RoyaltyRegion = "royalty_region", Firms -> Firms, Transaction, CURRENT, "Royalties to holders of standards in the region.";
    RoyaltyIncome = "royalty", OutsideWorld -> Firms, Transaction, CURRENT, "Royalties from the rest of the nation to holders of standards in the region.";
    StrandedCapital = "stranded_capital", Firms -> Firms, Revaluation, CAPITAL_LOSS, "Machines tied to a standard that has been given up.";
    Retooling = "retooling", Firms -> OutsideWorld, Transaction, INVESTMENT, "Machines that take the place of those tied to a standard given up.";
    SupplierDevelopment = "supplier_development", Firms -> Households, Transaction, CURRENT, "Training and tooling for suppliers under development.";
    ContractUniversities = "contract_research", Firms -> Universities, Transaction, CURRENT, "Research contracts with universities.";
    ContractInstitutes = "contract_research", Firms -> Institutes, Transaction, CURRENT, "Research contracts with institutes.";
    Interest = "interest", Firms -> Banks, Transaction, CURRENT, "Interest on loans.";
    DividendsHouseholds = "dividends", Firms -> Households, Transaction, CURRENT, "Dividends to private and collective owners.";
    DividendsGovernment = "dividends", Firms -> Government, Transaction, CURRENT, "Dividends to the state.";
    DividendsOutside = "dividends", Firms -> OutsideWorld, Transaction, CURRENT, "Dividends to owners abroad.";
    DividendsVenture = "dividends", Firms -> VentureFunds, Transaction, CURRENT, "Dividends to venture funds.";
    StockChange = "stock_change", Firms -> Firms, Transaction, STOCK, "Goods made for stock less goods sold from it, at cost.";
    StockRevaluation = "stock_revaluation", Firms -> Firms, Revaluation, STOCK, "Change of the cost at which stocks are valued.";
    Depreciation = "depreciation", Firms -> Firms, Revaluation, CAPITAL_LOSS, "Consumption of fixed capital.";
    CapitalWriteOff = "capital_write_off", Firms -> Firms, Revaluation, CAPITAL_LOSS, "Machines lost in a liquidation.";
    LoansGranted = "loans_granted", Banks -> Firms, Transaction, CREDIT, "New loans.";
    LoansRepaid = "loans_repaid", Firms -> Banks, Transaction, CREDIT, "Repayment of loans.";
    LoanWriteOff = "loan_write_off", Banks -> Firms, Revaluation, LOAN_LOSS, "Loans lost in a liquidation.";
    EquityHouseholds = "equity_issued", Households -> Firms, Transaction, STAKE, "Capital paid in by private founders.";
    EquityGovernment = "equity_issued", Government -> Firms, Transaction, STAKE, "Capital paid in by the state.";
    EquityOutside = "equity_issued", OutsideWorld -> Firms, Transaction, STAKE, "Capital paid in from abroad.";
    EquityVenture = "equity_issued", VentureFunds -> Firms, Transaction, STAKE, "Venture rounds.";
    EquityLostHouseholds = "equity_write_off", Households -> Firms, Revaluation, STAKE_LOSS, "Private stakes lost at exit.";
    EquityLostGovernment = "equity_write_off", Government -> Firms, Revaluation, STAKE_LOSS, "State stakes lost at exit.";
    EquityLostOutside = "equity_write_off", OutsideWorld -> Firms, Revaluation, STAKE_LOSS, "Stakes from abroad lost at exit.";
    EquityLostVenture = "equity_write_off", VentureFunds -> Firms, Revaluation, STAKE_LOSS, "Venture stakes lost at exit.";
    LiquidationSale = "liquidation_sale", OutsideWorld -> Firms, Transaction, DISPOSAL, "Machines sold in a liquidation.";
    StockClearance = "stock_clearance", Firms -> Firms, Revaluation, STOCK, "Stocks lost in a liquidation (negative).";
    Bailout = "bailout", Government -> Firms, Transaction, CURRENT, "Rescue of a failing firm.";
    TakeoverDeposits = "takeover", Firms -> Firms, Transaction, TAKEOVER_DEPOSITS, "Deposits of a firm taken over.";
    TakeoverLoans = "takeover", Firms -> Firms, Transaction, TAKEOVER_LOANS, "Debt of a firm taken over.";
    TakeoverEquity = "takeover", Firms -> Firms, Transaction, TAKEOVER_EQUITY, "Paid-in capital of a firm taken over.";
    TakeoverCapital = "takeover", Firms -> Firms, Transaction, TAKEOVER_CAPITAL, "Machines of a firm taken over.";
    TakeoverStock = "takeover", Firms -> Firms, Transaction, TAKEOVER_STOCK, "Stocks of a firm taken over.";
    StakesGovernmentHouseholds = "stake_purchase", Government -> Households, Transaction, STAKE, "State buys private stakes in a merger.";
    StakesGovernmentOutside = "stake_purchase", Government -> OutsideWorld, Transaction, STAKE, "State buys stakes held abroad in a merger.";
    StakesHouseholdsGovernment = "stake_purchase", Households -> Government, Transaction, STAKE, "Private owners buy state stakes in a merger.";
    StakesHouseholdsOutside = "stake_purchase", Households -> OutsideWorld, Transaction, STAKE, "Private owners buy stakes held abroad in a merger.";
    StakesOutsideGovernment = "stake_purchase", OutsideWorld -> Government, Transaction, STAKE, "Owners abroad buy state stakes in a merger.";
    StakesOutsideHouseholds = "stake_purchase", OutsideWorld -> Households, Transaction, STAKE, "Owners abroad buy private stakes in a merger.";
    VentureExitHouseholds = "venture_exit", Households -> VentureFunds, Transaction, STAKE, "Venture stakes sold to private owners.";
    VentureExitGovernment = "venture_exit", Government -> VentureFunds, Transaction, STAKE, "Venture stakes sold to the state.";
    VentureExitOutside = "venture_exit", OutsideWorld -> VentureFunds, Transaction, STAKE, "Venture stakes sold abroad.";
    VentureFunding = "venture_funding", OutsideWorld -> VentureFunds, Transaction, CURRENT, "Money raised by venture funds.";
    VentureReturns = "venture_returns", VentureFunds -> OutsideWorld, Transaction, CURRENT, "Money returned by venture funds.";
    ResearchGrant = "research_grant", Government -> Firms, Transaction, CURRENT, "Research grants.";
    EquipmentSubsidy = "equipment_subsidy", Government -> Firms, Transaction, CURRENT, "Equipment subsidies.";
    InterestDiscount = "interest_discount", Government -> Firms, Transaction, CURRENT, "Interest taken over by the government.";
    AllianceGrant = "alliance_grant", Government -> Firms, Transaction, CURRENT, "Grants for joint research.";
    LocalContentRebate = "local_content_rebate", Government -> Firms, Transaction, CURRENT, "Rebates on components bought in the region.";
    GenericProgramme = "generic_programme", Government -> Households, Transaction, CURRENT, "Public research on generic technologies in projects of joint research.";
    Brokerage = "brokerage", Government -> Households, Transaction, CURRENT, "Fairs and brokers that bring subjects together.";
    DevelopmentGrant = "supplier_programme", Government -> Firms, Transaction, CURRENT, "Grants for the development of suppliers.";
    FunctionGrant = "function_grant", Government -> Firms, Transaction, CURRENT, "Grants for design, brand, channel and service.";
    StandardsGrant = "standards_grant", Government -> Firms, Transaction, CURRENT, "Grants for work on standards.";
    DigitalSubsidy = "digital_subsidy", Government -> Firms, Transaction, CURRENT, "Grants for digital lines.";
    InsurancePremium = "insurance_premium", Firms -> OutsideWorld, Transaction, CURRENT, "Premiums of insurance for first sets.";
    InsuranceSubsidy = "insurance_subsidy", Government -> Firms, Transaction, CURRENT, "Premiums of insurance for first sets taken over.";
    RiskRefund = "risk_refund", Government -> Firms, Transaction, CURRENT, "Refunds of research that brought nothing.";
    BuyerSupport = "buyer_support", Government -> OutsideWorld, Transaction, CURRENT, "Part of the price of the region's products, paid for their buyers.";
    GuaranteePaid = "guarantee_paid", Government -> Banks, Transaction, CURRENT, "Losses on guaranteed loans.";
    EquityFund = "equity_fund", Government -> VentureFunds, Transaction, CURRENT, "Public part of equity rounds, for which no return is asked.";
    MergerGrant = "merger_grant", Government -> Firms, Transaction, CURRENT, "Grants for the integration of firms taken over.";
    EntryGrant = "entry_grant", Government -> Firms, Transaction, CURRENT, "Part of the founding capital of entrants.";
    ReformCost = "reform_cost", Government -> Households, Transaction, CURRENT, "Severance and social liabilities of firms under reform.";
    ServiceSupport = "service_support", Government -> Households, Transaction, CURRENT, "Part of the price of producer services.";
    Mediation = "mediation", Government -> Households, Transaction, CURRENT, "Coordination and mediation among partners.";
    Foresight = "foresight", Government -> Households, Transaction, CURRENT, "Assessment of the fields of new projects.";
    StaffIncentive = "staff_incentive", Government -> Households, Transaction, CURRENT, "Bonuses of staff for improvements.";
    ExportPromotion = "export_promotion", Government -> OutsideWorld, Transaction, CURRENT, "Fairs, offices and information abroad.";
    ChannelCost = "channel_cost", Firms -> OutsideWorld, Transaction, CURRENT, "Channels, projects and premises in parks abroad.";
    ResearchAbroad = "research_abroad", Firms -> OutsideWorld, Transaction, CURRENT, "Research abroad and stakes that give access to technology.";
    TechnologyImports = "technology_imports", Firms -> OutsideWorld, Transaction, CURRENT, "Licences for technology introduced from abroad.";
    BrandPurchase = "brand_purchase", Firms -> OutsideWorld, Transaction, CURRENT, "Purchases of brands abroad.";
    RelocationSale = "relocation_sale", OutsideWorld -> Firms, Transaction, DISPOSAL, "Idle machines moved abroad.";
    PlatformFees = "platform_fees", Firms -> Platforms, Transaction, CURRENT, "Fees of members of innovation platforms.";
    PlatformContributions = "platform_contributions", Firms -> Platforms, Transaction, CURRENT, "Contributions of founders of innovation platforms.";
    PlatformParticipation = "platform_participation", Firms -> Households, Transaction, CURRENT, "Pay of people whom members send to platforms.";
    PlatformSupport = "platform_support", Government -> Platforms, Transaction, CURRENT, "Public support of innovation platforms.";
    PlatformOperation = "platform_operation", Platforms -> Households, Transaction, CURRENT, "Operation of innovation platforms, paid to their people.";
    PlatformDevelopment = "platform_development", Platforms -> Households, Transaction, CURRENT, "Development of innovation platforms, paid to their people.";
    PlatformReturns = "platform_returns", Platforms -> Government, Transaction, CURRENT, "Surplus of innovation platforms, and what is left of those that close.";
    TalentBonus = "talent_bonus", Government -> Households, Transaction, CURRENT, "Bonus for graduates who stay.";
    ScienceUniversities = "science_funding", Government -> Universities, Transaction, CURRENT, "Public funding of university research.";
    ScienceInstitutes = "science_funding", Government -> Institutes, Transaction, CURRENT, "Public funding of institutes.";
    UniversityPay = "science_pay", Universities -> Households, Transaction, CURRENT, "Pay of university researchers.";
    InstitutePay = "science_pay", Institutes -> Households, Transaction, CURRENT, "Pay of institute researchers.";
    PublicServices = "public_services", Government -> Households, Transaction, CURRENT, "Other public spending.";
    CentralTransfers = "central_transfers", OutsideWorld -> Government, Transaction, CURRENT, "Transfers from the central government.";
    Consumption = "consumption", Households -> OutsideWorld, Transaction, CURRENT, "Consumption of households.";
    ServiceIncome = "producer_services", OutsideWorld -> Households, Transaction, CURRENT, "Income of the region's producer-service firms, all paid to their people.";
    BankReturns = "bank_returns", Banks -> Households, Transaction, CURRENT, "Costs and dividends of banks.";
}

/// Number of entries.
pub const ENTRY_COUNT: usize = ENTRIES.len();

impl Entry {
    /// Its specification.
    #[inline]
    pub fn spec(self) -> &'static EntrySpec {
        &ENTRIES[self as usize]
    }

    /// Dividends to the sector that holds a firm's capital.
    pub fn dividends_to(holder: Sector) -> Self {
        match holder {
            Sector::Government => Entry::DividendsGovernment,
            Sector::OutsideWorld => Entry::DividendsOutside,
            _ => Entry::DividendsHouseholds,
        }
    }
}

/// Amounts of the tick by entry, summed over agents.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// Amount per entry; booked once, on the payer's side where both sides are firms.
    pub amounts: [f64; ENTRY_COUNT],
    /// For entries between firms: the sum booked on the receivers' side.
    pub mirrored: [f64; ENTRY_COUNT],
}

impl Default for Journal {
    fn default() -> Self {
        Journal { amounts: [0.0; ENTRY_COUNT], mirrored: [0.0; ENTRY_COUNT] }
    }
}

impl Journal {
    /// Books `amount` for one firm standing on `side` of `entry`.
    #[inline]
    pub fn firm(&mut self, entry: Entry, side: Side, amount: f64, books: &mut FirmBooks) {
        let spec = entry.spec();
        books.follow(spec.legs, side, amount);
        let between_firms = spec.payer == Sector::Firms && spec.receiver == Sector::Firms;
        if between_firms && side == Side::Receiver {
            self.mirrored[entry as usize] += amount;
        } else {
            self.amounts[entry as usize] += amount;
        }
    }

    /// Books what a firm pays out to the sector that holds its capital. Whoever that is, the firm's own accounts
    /// move in the same way, so nothing need be looked up.
    #[inline]
    pub fn dividends(&mut self, holder: Sector, amount: f64, books: &mut FirmBooks) {
        books.follow(CURRENT, Side::Payer, amount);
        self.amounts[Entry::dividends_to(holder) as usize] += amount;
    }

    /// Books `amount` for a firm that is both sides of `entry` (depreciation, stocks).
    #[inline]
    pub fn within_firm(&mut self, entry: Entry, amount: f64, books: &mut FirmBooks) {
        for leg in entry.spec().legs {
            books.0.add(leg.giver_account, -amount);
            books.0.add(leg.taker_account, amount);
        }
        self.amounts[entry as usize] += amount;
        self.mirrored[entry as usize] += amount;
    }
}

impl Total for Journal {
    fn absorb(&mut self, part: &Self) {
        self.amounts.absorb(&part.amounts);
        self.mirrored.absorb(&part.mirrored);
    }
}

/// Balances of one firm. Entries alone can move them, so they are what the opening and the entries explain:
///
/// ```compile_fail
/// # use tiexi::world::ledger::{Account, Balances, FirmBooks};
/// let mut books = FirmBooks::opened(Balances::default());
/// books.add(Account::Deposits, 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirmBooks(Balances);

impl FirmBooks {
    /// Books that open with these balances; for the opening state and the table of firms only.
    pub fn opened(balances: Balances) -> Self {
        FirmBooks(balances)
    }

    /// Moves the accounts of the firm, which stands on `side` of the legs.
    #[inline(always)]
    fn follow(&mut self, legs: &[Leg], side: Side, amount: f64) {
        for leg in legs {
            if leg.giver == side {
                self.0.add(leg.giver_account, -amount);
            } else {
                self.0.add(leg.taker_account, amount);
            }
        }
    }
}

impl std::ops::Deref for FirmBooks {
    type Target = Balances;

    #[inline]
    fn deref(&self) -> &Balances {
        &self.0
    }
}

/// The ledger of the region.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Entries of the current tick.
    pub journal: Journal,
    /// Balances of all sectors but firms (whose balances stand with each firm).
    pub sectors: [Balances; SECTORS.len()],
    /// Balances of all sectors at the start of the tick, firms included.
    pub opening: [Balances; SECTORS.len()],
    /// Largest gross flow of a tick before this one, million CNY: what it rounded off is still in the accounts.
    largest: f64,
}

/// A violation of the books.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the books do not balance at tick {tick}: {agent}, account {account}: off by {gap:e} million CNY")]
pub struct BooksError {
    /// Tick of the violation.
    pub tick: u32,
    /// Agent or sector.
    pub agent: String,
    /// Account.
    pub account: &'static str,
    /// Unexplained change.
    pub gap: f64,
}

/// Relative tolerance of the audit: share of gross flow.
pub const TOLERANCE: f64 = 1e-9;

/// Name of all accounts of an agent together, which cancel.
pub const TOGETHER: &str = "all accounts together";

impl Default for Ledger {
    fn default() -> Self {
        let zero = [Balances::default(); SECTORS.len()];
        Ledger { journal: Journal::default(), sectors: zero, opening: zero, largest: 0.0 }
    }
}

impl Ledger {
    /// Books a journal of firms' entries: their counterparts' accounts follow.
    pub fn absorb(&mut self, journal: &Journal) {
        for (index, spec) in ENTRIES.iter().enumerate() {
            let amount = journal.amounts[index];
            if amount != 0.0 {
                self.move_counterparts(spec, amount);
            }
        }
        self.journal.absorb(journal);
    }

    /// Books `amount` between two sectors of which neither is firms.
    pub fn post(&mut self, entry: Entry, amount: f64) {
        self.move_counterparts(entry.spec(), amount);
        self.journal.amounts[entry as usize] += amount;
    }

    fn move_counterparts(&mut self, spec: &EntrySpec, amount: f64) {
        for leg in spec.legs {
            let (giver, taker) = parties(spec, leg);
            if giver != Sector::Firms {
                self.sectors[giver as usize].add(leg.giver_account, -amount);
            }
            if taker != Sector::Firms {
                self.sectors[taker as usize].add(leg.taker_account, amount);
            }
        }
    }

    /// Deposits of a sector other than firms.
    pub fn deposits(&self, sector: Sector) -> f64 {
        self.sectors[sector as usize].get(Account::Deposits)
    }

    /// Starts the books with the balances of all sectors as they are.
    pub fn start(&mut self, firms: Balances) {
        self.journal = Journal::default();
        self.opening = self.closing(firms);
    }

    /// Starts a tick with what the entries of the last one explain, so that a change between two ticks
    /// is found as well.
    pub fn open(&mut self) {
        self.opening = self.explained();
        self.largest = self.largest.max(self.gross_flow());
        self.journal = Journal::default();
    }

    /// Balances of all sectors now, given the sum over firms.
    pub fn closing(&self, firms: Balances) -> [Balances; SECTORS.len()] {
        let mut now = self.sectors;
        now[Sector::Firms as usize] = firms;
        now
    }

    /// Sum of the absolute amounts of the tick.
    pub fn gross_flow(&self) -> f64 {
        self.journal.amounts.iter().map(|a| a.abs()).sum()
    }

    /// Checks that every sector's accounts changed by exactly their entries, that claims and debts
    /// cancel, and that what some firms booked as paid to firms others booked as received.
    ///
    /// # Errors
    /// Names sector and account of the first violation.
    pub fn audit(&self, tick: u32, firms: Balances) -> Result<(), BooksError> {
        let now = self.closing(firms);
        let scale: f64 = now.iter().flat_map(|b| b.0).map(f64::abs).fold(self.largest, f64::max);
        let tolerance = TOLERANCE * self.gross_flow().max(1e-3 * scale).max(1e-6);
        let violation = |agent: &str, account: &'static str, gap: f64| {
            if gap.abs() <= tolerance {
                Ok(())
            } else {
                Err(BooksError { tick, agent: agent.to_string(), account, gap })
            }
        };
        let explained = self.explained();
        for sector in SECTORS {
            for account in ALL_ACCOUNTS {
                let gap = now[sector as usize].get(account) - explained[sector as usize].get(account);
                violation(sector.name(), account.name(), gap)?;
            }
            violation(sector.name(), TOGETHER, now[sector as usize].0.iter().sum())?;
        }
        for account in [Account::Deposits, Account::Loans, Account::Equity] {
            let gap = now.iter().map(|b| b.get(account)).sum();
            violation("all sectors together", account.name(), gap)?;
        }
        for (index, spec) in ENTRIES.iter().enumerate() {
            if spec.payer == Sector::Firms && spec.receiver == Sector::Firms {
                let gap = self.journal.amounts[index] - self.journal.mirrored[index];
                violation("firms among themselves", spec.transaction, gap)?;
            }
        }
        Ok(())
    }

    /// Opening balances plus the entries of the tick.
    fn explained(&self) -> [Balances; SECTORS.len()] {
        let mut explained = self.opening;
        for line in self.lines() {
            explained[line.from as usize].add(line.from_account, -line.amount);
            explained[line.to as usize].add(line.to_account, line.amount);
        }
        explained
    }

    /// The lines of the tick, as they stand in `ledger.csv`: `from`'s account falls and `to`'s
    /// account rises by the amount.
    pub fn lines(&self) -> impl Iterator<Item = Line> + '_ {
        ENTRIES.iter().enumerate().flat_map(move |(index, spec)| {
            let amount = self.journal.amounts[index];
            spec.legs.iter().map(move |leg| {
                let (from, to) = parties(spec, leg);
                let (from_account, to_account) = (leg.giver_account, leg.taker_account);
                Line { from, to, transaction: spec.transaction, kind: spec.kind, from_account, to_account, amount }
            })
        })
    }
}

fn parties(spec: &EntrySpec, leg: &Leg) -> (Sector, Sector) {
    match leg.giver {
        Side::Payer => (spec.payer, spec.receiver),
        Side::Receiver => (spec.receiver, spec.payer),
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Sector whose account falls.
    pub from: Sector,
    /// Sector whose account rises.
    pub to: Sector,
    /// Name of the transaction.
    pub transaction: &'static str,
    /// Transaction or revaluation.
    pub kind: Kind,
    /// Account that falls.
    pub from_account: Account,
    /// Account that rises.
    pub to_account: Account,
    /// Amount in million CNY.
    pub amount: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm_with(deposits: f64) -> FirmBooks {
        let mut balances = Balances::default();
        balances.add(Account::Deposits, deposits);
        balances.close();
        FirmBooks::opened(balances)
    }

    #[test]
    fn wages_move_money_and_income() {
        let mut books = firm_with(10.0);
        let mut ledger = Ledger::default();
        ledger.sectors[Sector::Banks as usize].add(Account::Deposits, -10.0);
        ledger.sectors[Sector::Banks as usize].close();
        ledger.start(*books);
        let mut journal = Journal::default();
        journal.firm(Entry::Wages, Side::Payer, 3.0, &mut books);
        ledger.absorb(&journal);
        assert_eq!(books.get(Account::Deposits), 7.0);
        assert_eq!(books.own_funds(), 7.0);
        assert_eq!(ledger.sectors[Sector::Households as usize].get(Account::Deposits), 3.0);
        assert_eq!(ledger.sectors[Sector::Households as usize].get(Account::NetWorth), -3.0);
        ledger.audit(1, *books).unwrap();
    }

    #[test]
    fn dividends_move_the_same_accounts_whoever_holds_the_capital() {
        for holder in [Sector::Government, Sector::Households, Sector::OutsideWorld] {
            let paid = |pay: &dyn Fn(&mut Journal, &mut FirmBooks)| {
                let (mut journal, mut books) = (Journal::default(), firm_with(10.0));
                pay(&mut journal, &mut books);
                (journal, books)
            };
            let entry = Entry::dividends_to(holder);
            assert_eq!(
                paid(&|journal, books| journal.dividends(holder, 3.0, books)),
                paid(&|journal, books| journal.firm(entry, Side::Payer, 3.0, books))
            );
        }
    }

    #[test]
    fn every_leg_conserves_and_every_agent_sums_to_zero() {
        for (index, spec) in ENTRIES.iter().enumerate() {
            let mut ledger = Ledger::default();
            ledger.journal.amounts[index] = 5.0;
            let explained = ledger.explained();
            for sector in SECTORS {
                let sum: f64 = explained[sector as usize].0.iter().sum();
                assert_eq!(sum, 0.0, "{} leaves {} unbalanced", spec.transaction, sector.name());
            }
        }
    }

    #[test]
    fn a_leak_is_caught_and_named() {
        let mut balances = *firm_with(10.0);
        let mut ledger = Ledger::default();
        ledger.sectors[Sector::Banks as usize].add(Account::Deposits, -10.0);
        ledger.sectors[Sector::Banks as usize].close();
        ledger.start(balances);
        ledger.post(Entry::Consumption, 100.0);
        balances.add(Account::Deposits, 1e-6);
        let error = ledger.audit(7, balances).unwrap_err();
        assert_eq!((error.tick, error.agent.as_str(), error.account), (7, "firms", "deposits"));
    }

    #[test]
    fn what_was_rounded_off_in_great_times_is_no_leak_when_they_are_over() {
        let mut ledger = Ledger::default();
        ledger.start(Balances::default());
        ledger.post(Entry::Consumption, 1e12);
        ledger.open();
        ledger.post(Entry::Consumption, -1e12);
        ledger.open();
        let mut firms = Balances::default();
        firms.add(Account::Deposits, 1e-3);
        assert!(ledger.audit(3, firms).is_ok(), "a 1e-15 of what went through the accounts");
        firms.add(Account::Deposits, 10.0);
        assert!(ledger.audit(3, firms).is_err());
    }

    #[test]
    fn one_sided_trade_between_firms_is_caught() {
        let mut books = firm_with(10.0);
        let mut ledger = Ledger::default();
        ledger.sectors[Sector::Banks as usize].add(Account::Deposits, -10.0);
        ledger.sectors[Sector::Banks as usize].close();
        ledger.start(*books);
        let mut journal = Journal::default();
        journal.firm(Entry::SalesLocalInputs, Side::Payer, 4.0, &mut books);
        ledger.absorb(&journal);
        assert!(ledger.audit(1, *books).is_err());
    }
}
