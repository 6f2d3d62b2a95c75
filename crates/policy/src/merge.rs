//! Layers become one table: organisation, then user, then project.
//!
//! What a higher layer said binds every layer below it: a lower one may say
//! something stricter, never something looser, unless the row was delegated.
//! The built-in profile is what organisation and user start from and may
//! change in both directions; to a project it is a floor like any other.
//! A statement that would loosen is left out and reported, with its line.

use std::collections::BTreeMap;

use palisade_core::{Mode, Profile, Verdict};

use crate::{
    CedarRule, Column, CommandRule, DataRule, Declared, Exemption, Given, HostRule, Layer, McpRule,
    Named, PathRule, ProgramRule, Rates, Reach, Role, Row, RowId, SourceRef, Statement, Table,
    profiles,
};

/// What one layer sets for one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSetting {
    /// Inside, elsewhere, production.
    pub cells: [Option<Verdict>; 3],
    /// A mode of its own.
    pub mode: Option<Mode>,
    /// Where.
    pub source: SourceRef,
}

/// Everything one policy file says.
#[derive(Clone, Debug)]
pub struct LayerPolicy {
    /// Whose it is.
    pub layer: Layer,
    /// Starting point.
    pub profile: Option<(Profile, SourceRef)>,
    /// Mode.
    pub mode: Option<(Mode, SourceRef)>,
    /// Rows.
    pub rows: BTreeMap<RowId, RowSetting>,
    /// Rows left to the layers below.
    pub delegate: Vec<RowId>,
    /// Rules about paths.
    pub paths: Vec<PathRule>,
    /// Rules about network peers.
    pub hosts: Vec<HostRule>,
    /// Rules about MCP tools.
    pub mcp: Vec<McpRule>,
    /// Rules about programs.
    pub programs: Vec<ProgramRule>,
    /// Rules about commands.
    pub commands: Vec<CommandRule>,
    /// Policies written in Cedar.
    pub cedar: Vec<CedarRule>,
    /// Where data of a class is.
    pub data: Vec<DataRule>,
    /// Protected branches: the list of organisation and user replaces the
    /// built-in one, a project adds.
    pub protected_branches: Option<Vec<String>>,
    /// Secret files.
    pub secret: Vec<String>,
    /// Not secret files.
    pub secret_except: Vec<(String, SourceRef)>,
    /// What runs later.
    pub deferred: Vec<String>,
    /// What does not.
    pub deferred_except: Vec<(String, SourceRef)>,
    /// Guard files.
    pub guard: Vec<String>,
    /// System paths.
    pub system: Vec<String>,
    /// Temporary folders.
    pub temp: Vec<(String, SourceRef)>,
    /// Administrative endpoints.
    pub sensitive: Vec<String>,
    /// How often the same may be asked of a host.
    pub rates: Option<(Rates, SourceRef)>,
    /// Rows that another person answers for where production was observed: the
    /// list of organisation and user replaces the built-in one, a project adds.
    pub second_in_production: Option<Vec<RowId>>,
    /// Rows that another person answers for anywhere.
    pub second_anywhere: Vec<RowId>,
    /// Folders that can be made again.
    pub regenerable: Vec<(String, SourceRef)>,
    /// Words that name production.
    pub production: Vec<String>,
    /// Words that name staging.
    pub staging: Vec<(String, SourceRef)>,
    /// Roles of people.
    pub given: Vec<Given>,
    /// Cells of the matrix: role, column (local, staging, production), reach.
    pub matrix: Vec<(Role, usize, Reach, SourceRef)>,
    /// What an automated use does.
    pub declared: Option<Declared>,
    /// Objections that are lifted for a while.
    pub exemptions: Vec<Exemption>,
    /// Nothing at all goes on without a record.
    pub record_required: bool,
    /// Why it was written.
    pub because: Option<String>,
}

impl LayerPolicy {
    /// A layer that says nothing.
    pub const fn empty(layer: Layer) -> Self {
        Self {
            layer,
            profile: None,
            mode: None,
            rows: BTreeMap::new(),
            delegate: Vec::new(),
            paths: Vec::new(),
            hosts: Vec::new(),
            mcp: Vec::new(),
            programs: Vec::new(),
            commands: Vec::new(),
            cedar: Vec::new(),
            data: Vec::new(),
            protected_branches: None,
            secret: Vec::new(),
            secret_except: Vec::new(),
            deferred: Vec::new(),
            deferred_except: Vec::new(),
            guard: Vec::new(),
            system: Vec::new(),
            temp: Vec::new(),
            sensitive: Vec::new(),
            rates: None,
            second_in_production: None,
            second_anywhere: Vec::new(),
            regenerable: Vec::new(),
            production: Vec::new(),
            staging: Vec::new(),
            given: Vec::new(),
            matrix: Vec::new(),
            declared: None,
            exemptions: Vec::new(),
            record_required: false,
            because: None,
        }
    }
}

/// A statement that was left out because it would have loosened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// Whose it was.
    pub layer: Layer,
    /// Where.
    pub source: SourceRef,
    /// What it said and why it does not count, in one line.
    pub why: String,
}

/// Merges layers, in any order of the slice, into one table.
pub fn merge(layers: &[LayerPolicy]) -> (Table, Vec<Ignored>) {
    let mut sorted: Vec<&LayerPolicy> = layers.iter().collect();
    sorted.sort_by_key(|l| l.layer);
    let mut merger = Merger {
        table: Table::builtin(base_profile(&sorted)),
        ignored: Vec::new(),
        mode_by: None,
        branches_set: false,
        rates_set: false,
        second_set: false,
        cells_by: BTreeMap::new(),
    };
    for layer in sorted {
        merger.profile(layer);
        merger.rows(layer);
        merger.mode(layer);
        merger.branches(layer);
        merger.rates(layer);
        merger.approvals(layer);
        merger.names(layer);
        merger.rules(layer);
        merger.matrix(layer);
        merger.exemptions(layer);
        merger.table.declared.extend(layer.declared.clone());
        merger.table.record_required |= layer.record_required;
        let because = layer.because.iter();
        merger
            .table
            .because
            .extend(because.map(|text| (layer.layer, text.clone())));
        for id in &layer.delegate {
            if let Some(row) = merger.table.rows.get_mut(id)
                && !row.delegated_by.contains(&layer.layer)
            {
                row.delegated_by.push(layer.layer);
            }
        }
    }
    (merger.table, merger.ignored)
}

/// The profile of the highest layer in charge of the defaults that chose one;
/// of several files of that layer the last.
fn base_profile(sorted: &[&LayerPolicy]) -> Profile {
    let chosen_by = |layer| {
        sorted
            .iter()
            .rev()
            .filter(|l| l.layer == layer)
            .find_map(|l| l.profile.as_ref().map(|(p, _)| *p))
    };
    chosen_by(Layer::Organisation)
        .or_else(|| chosen_by(Layer::User))
        .unwrap_or_default()
}

fn add_new<T: PartialEq + Clone>(to: &mut Vec<T>, from: &[T]) {
    for item in from {
        if !to.contains(item) {
            to.push(item.clone());
        }
    }
}

fn whose(source: &SourceRef) -> String {
    match source {
        SourceRef::BuiltIn(profile) => format!("the {} profile", profile.as_str()),
        SourceRef::File { .. } => source.to_string(),
    }
}

struct Merger {
    table: Table,
    ignored: Vec<Ignored>,
    mode_by: Option<Layer>,
    branches_set: bool,
    rates_set: bool,
    second_set: bool,
    /// Cells of the matrix that a layer has set.
    cells_by: BTreeMap<(Role, usize), Layer>,
}

impl Merger {
    fn ignore(&mut self, layer: Layer, source: &SourceRef, why: String) {
        self.ignored.push(Ignored {
            layer,
            source: source.clone(),
            why,
        });
    }

    /// A profile is a statement about every row; the strictest one chosen gives the name.
    fn profile(&mut self, layer: &LayerPolicy) {
        let Some((profile, source)) = &layer.profile else {
            return;
        };
        let mut tightens = false;
        let mut loosens = false;
        // The user's choice is the starting point itself and binds nobody
        // else; that of the organisation binds the user.
        let is_base = layer.layer == Layer::User && *profile == self.table.profile;
        for (id, cells) in profiles::cells(*profile) {
            if is_base {
                break;
            }
            if let Some(row) = self.table.rows.get(&id) {
                for (column, cell) in Column::ALL.into_iter().zip(cells) {
                    let before = row.verdict(column);
                    tightens |= cell > before;
                    loosens |= cell < before && layer.layer != Layer::Organisation;
                }
            }
            self.state(
                id,
                Statement {
                    layer: layer.layer,
                    cells: cells.map(Some),
                    source: SourceRef::BuiltIn(*profile),
                },
            );
        }
        if loosens {
            let why = format!(
                "profile {} is wider than {} in some rows; only what is stricter counts",
                profile.as_str(),
                self.table.profile.as_str()
            );
            self.ignore(layer.layer, source, why);
        }
        if tightens && !loosens {
            self.table.profile = *profile;
        }
    }

    /// Adds a statement; it replaces those its layer is in charge of.
    fn state(&mut self, id: RowId, statement: Statement) {
        let row = self.table.rows.entry(id).or_default();
        let probe = Row {
            delegated_by: row.delegated_by.clone(),
            ..Row::default()
        };
        for earlier in &mut row.statements {
            if !probe.may_override(statement.layer, earlier.layer) {
                continue;
            }
            for (old, new) in earlier.cells.iter_mut().zip(&statement.cells) {
                if new.is_some() {
                    *old = None;
                }
            }
        }
        row.statements.push(statement);
        row.statements
            .retain(|s| s.cells.iter().any(Option::is_some));
    }

    fn rows(&mut self, layer: &LayerPolicy) {
        for (id, setting) in &layer.rows {
            let mut cells = setting.cells;
            let mut looser: Vec<&str> = Vec::new();
            let mut why = String::new();
            for (column, cell) in Column::ALL.into_iter().zip(&mut cells) {
                let Some(wanted) = *cell else { continue };
                let bound = self.table.rows.get(id).and_then(|row| {
                    row.statements
                        .iter()
                        .filter(|s| !row.may_override(layer.layer, s.layer))
                        .filter_map(|s| Some((s.cell(column)?, &s.source)))
                        .max_by_key(|(v, _)| *v)
                });
                if let Some((verdict, source)) = bound
                    && wanted < verdict
                {
                    if looser.is_empty() {
                        why = format!(
                            "is looser than \"{}\" of {}",
                            verdict.as_str(),
                            whose(source)
                        );
                    }
                    looser.push(column.as_str());
                    *cell = None;
                }
            }
            if !looser.is_empty() {
                let why = format!(
                    "{id} ({}) {why}; a {} policy can only tighten",
                    looser.join(", "),
                    layer.layer.as_str()
                );
                self.ignore(layer.layer, &setting.source, why);
            }
            if cells.iter().any(Option::is_some) {
                self.state(
                    *id,
                    Statement {
                        layer: layer.layer,
                        cells,
                        source: setting.source.clone(),
                    },
                );
            }
        }
    }

    fn mode(&mut self, layer: &LayerPolicy) {
        let free = layer.layer.overrides(Layer::BuiltIn) && self.mode_by.is_none();
        if let Some((mode, source)) = &layer.mode {
            if free || *mode >= self.table.mode {
                self.table.mode = *mode;
                self.mode_by.get_or_insert(layer.layer);
            } else {
                let why = format!(
                    "mode \"{}\" is weaker than \"{}\"; a {} policy can only tighten",
                    mode.as_str(),
                    self.table.mode.as_str(),
                    layer.layer.as_str(),
                );
                self.ignore(layer.layer, source, why);
            }
        }
        for (id, setting) in &layer.rows {
            let Some(mode) = setting.mode else { continue };
            let overall = self.table.mode;
            let Some(row) = self.table.rows.get_mut(id) else {
                continue;
            };
            let theirs = row
                .statements
                .iter()
                .any(|s| !row.may_override(layer.layer, s.layer));
            let now = row.mode.unwrap_or(overall);
            // A mode set by a higher layer, for the row or for all rows, binds.
            let bound =
                row.mode.is_some() || theirs || self.mode_by.is_some_and(|by| by < layer.layer);
            if mode >= now || !bound {
                row.mode = Some(mode);
            } else {
                let why = format!(
                    "{id}.mode = \"{}\" is weaker than \"{}\"; a {} policy can only tighten",
                    mode.as_str(),
                    now.as_str(),
                    layer.layer.as_str(),
                );
                self.ignore(layer.layer, &setting.source, why);
            }
        }
    }

    fn branches(&mut self, layer: &LayerPolicy) {
        let Some(list) = &layer.protected_branches else {
            return;
        };
        if layer.layer.overrides(Layer::BuiltIn) && !self.branches_set {
            self.table.protected_branches.clear();
            self.branches_set = true;
        }
        add_new(&mut self.table.protected_branches, list);
    }

    fn rates(&mut self, layer: &LayerPolicy) {
        let Some((rates, source)) = &layer.rates else {
            return;
        };
        let now = self.table.rates;
        let tightens = rates.requests <= now.requests && rates.seconds >= now.seconds;
        if tightens || (layer.layer.overrides(Layer::BuiltIn) && !self.rates_set) {
            self.table.rates = *rates;
            self.rates_set = true;
            return;
        }
        let why = format!(
            "{} requests in {} seconds is more than {} in {}; a {} policy can only tighten",
            rates.requests,
            rates.seconds,
            now.requests,
            now.seconds,
            layer.layer.as_str()
        );
        self.ignore(layer.layer, source, why);
    }

    fn approvals(&mut self, layer: &LayerPolicy) {
        let approvals = &mut self.table.approvals;
        if let Some(list) = &layer.second_in_production {
            if layer.layer.overrides(Layer::BuiltIn) && !self.second_set {
                approvals.second_in_production.clear();
                self.second_set = true;
            }
            add_new(&mut approvals.second_in_production, list);
        }
        add_new(&mut approvals.second_anywhere, &layer.second_anywhere);
    }

    /// Roles add up: each of them has to reach far enough.
    fn matrix(&mut self, layer: &LayerPolicy) {
        self.table.roles.given.extend(layer.given.iter().cloned());
        for (role, column, reach, source) in &layer.matrix {
            let by = self.cells_by.get(&(*role, *column)).copied();
            // Who was given a role was given the matrix with it.
            let given = self.table.roles.given.iter().any(|g| g.layer < layer.layer);
            let free = !given
                && by.is_none_or(|by| by == layer.layer)
                && layer.layer.overrides(Layer::BuiltIn);
            let cells = self.table.roles.cells.entry(*role);
            let cells = cells.or_insert([Reach::Full; 3]);
            let Some(cell) = cells.get_mut(*column) else {
                continue;
            };
            if free || *reach >= *cell {
                *cell = *reach;
                self.cells_by.entry((*role, *column)).or_insert(layer.layer);
            } else {
                let why = format!(
                    "\"{}\" is wider than \"{}\"; a {} policy can only tighten",
                    reach.as_str(),
                    cell.as_str(),
                    layer.layer.as_str()
                );
                self.ignore(layer.layer, source, why);
            }
        }
    }

    fn exemptions(&mut self, layer: &LayerPolicy) {
        for exemption in &layer.exemptions {
            let what = format!("{} (exemption)", exemption.row);
            self.check_lift(layer, &[exemption.row], &what, &exemption.source);
            self.table.exemptions.push(exemption.clone());
        }
    }

    fn names(&mut self, layer: &LayerPolicy) {
        let named = |list: &[String]| -> Vec<Named> {
            list.iter()
                .map(|pattern| Named {
                    pattern: pattern.clone(),
                    layer: layer.layer,
                })
                .collect()
        };
        let names = &mut self.table.names;
        names.secret.extend(named(&layer.secret));
        names.deferred.extend(named(&layer.deferred));
        names.guard.extend(named(&layer.guard));
        names.system.extend(named(&layer.system));
        names.sensitive.extend(named(&layer.sensitive));
        names.production.extend(layer.production.iter().cloned());
        // The rest takes protection away.
        for (what, list) in [
            ("secrets.except", &layer.secret_except),
            ("deferred.except", &layer.deferred_except),
            ("files.temp", &layer.temp),
            ("files.regenerable", &layer.regenerable),
            ("environments.staging", &layer.staging),
        ] {
            for (pattern, source) in list {
                let own = Named {
                    pattern: pattern.clone(),
                    layer: layer.layer,
                };
                let in_charge = layer.layer.overrides(Layer::BuiltIn);
                let names = &mut self.table.names;
                match what {
                    "secrets.except" => names.secret_except.push(own),
                    "deferred.except" => names.deferred_except.push(own),
                    "files.temp" if in_charge => names.temp.push(own),
                    "files.regenerable" if in_charge => names.regenerable.push(pattern.clone()),
                    "environments.staging" if in_charge => names.staging.push(pattern.clone()),
                    _ => {}
                }
                // Exceptions of a project keep their use for its own patterns.
                let useful = what.ends_with("except")
                    && !(layer.secret.is_empty() && layer.deferred.is_empty());
                if !in_charge && !useful {
                    let why = format!(
                        "{what} \"{pattern}\" would take protection away; a {} policy can only tighten",
                        layer.layer.as_str()
                    );
                    self.ignore(layer.layer, source, why);
                }
            }
        }
    }

    fn rules(&mut self, layer: &LayerPolicy) {
        for rule in layer.paths.iter().filter(|r| r.verdict == Verdict::Allow) {
            let rows = crate::rules::lifted_by(rule.access);
            self.check_lift(layer, rows, &rule.pattern, &rule.source);
        }
        for rule in layer.hosts.iter().filter(|r| r.verdict == Verdict::Allow) {
            self.check_lift(layer, crate::rules::HOST, &rule.pattern, &rule.source);
        }
        for rule in layer.mcp.iter().filter(|r| r.verdict == Verdict::Allow) {
            self.check_lift(layer, crate::rules::MCP, &rule.tool, &rule.source);
        }
        for rule in layer
            .programs
            .iter()
            .filter(|r| r.verdict == Verdict::Allow)
        {
            self.check_lift(layer, crate::rules::PROGRAM, &rule.name, &rule.source);
        }
        self.table.paths.extend(layer.paths.iter().cloned());
        self.table.hosts.extend(layer.hosts.iter().cloned());
        self.table.mcp.extend(layer.mcp.iter().cloned());
        self.table.programs.extend(layer.programs.iter().cloned());
        self.table.commands.extend(layer.commands.iter().cloned());
        for rule in layer.cedar.iter().filter(|r| r.verdict == Verdict::Allow) {
            let lifts = rule.kinds.iter().flat_map(|k| crate::cedar::lifted_by(*k));
            let rows: Vec<RowId> = lifts.copied().collect();
            self.check_lift(layer, &rows, &rule.id, &rule.source);
        }
        self.table.cedar.extend(layer.cedar.iter().cloned());
        self.table.data.extend(layer.data.iter().cloned());
    }

    /// Says so when an allow has nothing it may lift. It stays in the table,
    /// where it does no harm.
    fn check_lift(&mut self, layer: &LayerPolicy, rows: &[RowId], what: &str, source: &SourceRef) {
        let lifts = rows
            .iter()
            .filter_map(|id| self.table.rows.get(id))
            .any(|row| {
                row.statements
                    .iter()
                    .any(|s| row.may_override(layer.layer, s.layer))
            });
        if !lifts {
            let why = format!(
                "allow \"{what}\" lifts nothing: a {} policy can only tighten",
                layer.layer.as_str()
            );
            self.ignore(layer.layer, source, why);
        }
    }
}
