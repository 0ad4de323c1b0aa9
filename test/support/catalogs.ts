/** Every key of the format, each in a form that could be lost. */
export const EVERYTHING = `
currency: eur
defaultPlan: team
automaticTax: true
registration: payment_method
withoutCard: { calls: 250 }
meters:
  - name: searches
    displayName: "Searches: all of them"
    eventName: farebox.searches
    filter:
      route: /search/:kind
      verb: POST
      status: [2xx, "404"]
      header: { name: X-Feature, value: "true" }
    metric: sum_of_units
    aggregation: maximum
    window: 15m
  - name: people
    displayName: People
    eventName: people
    filter: { plan: team, status: 2xx }
    metric: unique_users
    aggregation: most_recent_ever
    window: 24h
plans:
  - id: team
    product: { id: prod_made_by_hand, name: "Team #1", description: "0.10", image: https://example.com/a.png }
    price:
      model: graduated
      tiers:
        - { upTo: 100, amount: 0.000000000001, flatFee: 5 }
        - { upTo: inf, flatFee: 2.5 }
      free: 10
      meter: people
      billingPeriod: { interval: week, count: 2 }
      taxBehavior: inclusive
      description: "yes"
    baseFee: { amount: 20, description: Base }
    trialDays: 14
  - id: calls
    product: { name: Calls }
    price: { model: standard, amount: 0.005, free: 1000, meter: searches, billingPeriod: every_6_months, taxBehavior: exclusive }
  - id: bulk
    product: { name: "null" }
    price: { model: package, amount: 10, packageSize: 1000, meter: searches, billingPeriod: yearly, taxBehavior: exclusive }
`;
