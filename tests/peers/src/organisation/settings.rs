//! What is stored at the scopes: by several authorities, with exceptions.

use super::{Organisation, Setting, Stored, TENANT, Value, WORKSPACE};
use crate::random::Random;

/// Stores the settings of every level.
pub(super) fn store(random: &mut Random, organisation: &mut Organisation) {
    for scope in 0..organisation.scopes.len() {
        let stored = match organisation.scopes[scope].level {
            0 => of_root(random, organisation),
            TENANT => of_tenant(random, organisation, scope),
            WORKSPACE => of_workspace(random, organisation, scope),
            _ => of_msp(random, organisation, scope),
        };
        for value in stored {
            let there = &mut organisation.scopes[scope].stored;
            if there.iter().all(|other| other.setting != value.setting || other.authority != value.authority) {
                there.push(value);
            }
        }
    }
}

fn value(authority: usize, setting: Setting, value: Value) -> Stored {
    Stored { setting, value, authority, except: Vec::new() }
}

/// "Off for all but these."
fn off_but(authority: usize, setting: Setting, except: Vec<usize>) -> Stored {
    Stored { setting, value: Value::Off, authority, except }
}

fn integration(random: &mut Random, organisation: &Organisation) -> Setting {
    Setting::Integration(random.below(organisation.integrations.len()))
}

fn of_root(random: &mut Random, organisation: &Organisation) -> Vec<Stored> {
    let tenants = organisation.of_level(TENANT);
    vec![
        value(0, Setting::CustomSharing, Value::On),
        off_but(0, Setting::Integration(1), random.some(&tenants, 12)),
        off_but(0, Setting::Integration(5), random.some(&tenants, 6)),
        off_but(
            0,
            Setting::CustomUse,
            (0..organisation.scopes.len()).filter(|scope| organisation.scopes[*scope].level == 1).skip(1).collect(),
        ),
    ]
}

fn of_msp(random: &mut Random, organisation: &Organisation, msp: usize) -> Vec<Stored> {
    let mine: Vec<usize> = organisation.of_level(TENANT).into_iter().filter(|tenant| organisation.is_within(*tenant, msp)).collect();
    let mut stored = vec![
        off_but(msp, integration(random, organisation), random.some(&mine, 3)),
        value(msp, integration(random, organisation), Value::Off),
        value(0, integration(random, organisation), Value::Off),
    ];
    if random.chance(60) {
        stored.push(value(msp, Setting::FloorWrite, Value::Ask));
    }
    stored
}

fn of_tenant(random: &mut Random, organisation: &Organisation, tenant: usize) -> Vec<Stored> {
    let msp = organisation.scopes[tenant].path[1];
    let mut stored = Vec::new();
    for _ in 0..random.between(1, 4) {
        let authority = *random.pick(&[tenant, tenant, msp, 0]);
        let off = value(authority, integration(random, organisation), Value::Off);
        let except = if random.chance(30) { vec![tenant + random.between(1, 4)] } else { Vec::new() };
        stored.push(Stored { except, ..off });
    }
    if random.chance(12) {
        // An allowlist: what isn't named is off.
        stored.push(value(tenant, Setting::NewIntegrations, Value::Off));
        stored.extend(
            (0..organisation.integrations.len())
                .filter(|_| random.chance(75))
                .map(|one| value(tenant, Setting::Integration(one), Value::On)),
        );
    }
    for (setting, percent) in [(Setting::All, 2), (Setting::CustomUse, 6), (Setting::CustomSharing, 8)] {
        if random.chance(percent) {
            stored.push(value(*random.pick(&[tenant, msp]), setting, Value::Off));
        }
    }
    let above: Vec<usize> = (0..organisation.servers.len())
        .filter(|server| organisation.servers[*server].shared && [msp, 0].contains(&organisation.servers[*server].scope))
        .collect();
    if random.chance(40) {
        stored.push(value(tenant, Setting::Server(*random.pick(&above)), Value::Off));
    }
    if random.chance(30) {
        stored.push(value(*random.pick(&[tenant, msp]), Setting::FloorWrite, Value::Ask));
    }
    if random.chance(8) {
        stored.push(value(*random.pick(&[tenant, msp]), Setting::FloorWrite, Value::Deny));
    }
    if random.chance(8) {
        stored.push(value(tenant, Setting::FloorRead, Value::Ask));
    }
    stored
}

fn of_workspace(random: &mut Random, organisation: &Organisation, workspace: usize) -> Vec<Stored> {
    let tenant = organisation.scopes[workspace].path[TENANT];
    let mut stored = Vec::new();
    for _ in 0..random.below(3) {
        stored.push(value(*random.pick(&[workspace, tenant]), integration(random, organisation), Value::Off));
    }
    if random.chance(4) {
        stored.push(value(workspace, Setting::CustomUse, Value::Off));
    }
    if random.chance(6) {
        stored.push(value(*random.pick(&[workspace, tenant]), Setting::FloorWrite, Value::Deny));
    }
    if random.chance(6) {
        stored.push(value(workspace, Setting::FloorRead, Value::Ask));
    }
    stored
}
