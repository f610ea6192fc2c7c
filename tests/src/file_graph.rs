//! Which file of a crate uses items of which other file, read from the sources.
//!
//! An edge goes to the file that defines an item, used by `use` or by path. A re-exported item counts where it is
//! defined, so a `mod.rs` that only declares and re-exports is never part of a cycle. Test-only code does not count.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fs,
    path::Path as FilePath,
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, Item, ItemMod, ItemUse, Macro, Meta, MetaList, Path, UseTree, Visibility,
    visit::{self, Visit},
};

/// Contents of files, by their paths relative to the crate's root.
pub type Sources = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub struct FileGraph {
    /// From file to file, with a path that leads there.
    edges: BTreeMap<String, BTreeMap<String, String>>,
}

impl FileGraph {
    /// The crate's root is in this folder.
    pub fn of_folder(folder: &FilePath) -> Self {
        Self::of(&sources_of(folder))
    }

    pub fn of(sources: &Sources) -> Self {
        let mut graph = Self::default();
        for root in ["lib.rs", "main.rs"].into_iter().filter(|root| sources.contains_key(*root)) {
            let modules = Modules::load(sources, root);
            for (from, path) in &modules.named {
                let Some(Found::Item(to)) = modules.resolve(*from, path, 0) else { continue };
                let (from, to) = (&modules.all[*from].file, &modules.all[to].file);
                if from != to {
                    let edges = graph.edges.entry(from.clone()).or_default();
                    edges.entry(to.clone()).or_insert_with(|| path.join("::"));
                }
            }
        }
        graph
    }

    /// Every file that is part of a cycle.
    pub fn circular_files(&self) -> Vec<&String> {
        self.edges.keys().filter(|file| self.circle_of(file).is_some()).collect()
    }

    /// One line per step; empty if there is no cycle.
    pub fn shortest_circle(&self) -> String {
        let circles = self.edges.keys().filter_map(|file| self.circle_of(file));
        let Some(circle) = circles.min_by_key(Vec::len) else { return String::new() };
        let steps = circle.windows(2).map(|step| format!("{} uses {}", step[0], self.edges[step[0]][step[1]]));
        steps.collect::<Vec<_>>().join("\n")
    }

    /// The shortest path from a file back to it, including both ends.
    fn circle_of<'a>(&'a self, file: &'a String) -> Option<Vec<&'a String>> {
        let mut seen = BTreeSet::new();
        let mut ways = VecDeque::from([vec![file]]);
        while let Some(way) = ways.pop_front() {
            for next in self.edges.get(*way.last()?).into_iter().flat_map(BTreeMap::keys) {
                let longer = || way.iter().copied().chain([next]).collect();
                if next == file {
                    return Some(longer());
                }
                if seen.insert(next) {
                    ways.push_back(longer());
                }
            }
        }
        None
    }
}

/// The sources below the folder of a crate's root.
pub fn sources_of(folder: &FilePath) -> Sources {
    let mut sources = Sources::new();
    read_sources(folder, "", &mut sources);
    sources
}

/// What a crate names of another crate: full paths, each with the files that name it. A re-export, which would give the
/// rest of the crate a shorter path, and a glob are marked as such.
pub fn names_of_crate(sources: &Sources, other: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for root in ["lib.rs", "main.rs"].into_iter().filter(|root| sources.contains_key(*root)) {
        let modules = Modules::load(sources, root);
        let mut add = |module: usize, path: &[String], mark: &str| {
            if path.first().is_some_and(|name| name == other) {
                let file = modules.all[module].file.clone();
                names.entry(path.join("::") + mark).or_default().insert(file);
            }
        };
        for (module, path) in &modules.named {
            add(*module, &modules.full_path(*module, path), "");
        }
        for (number, module) in modules.all.iter().enumerate() {
            module.globs.iter().for_each(|path| add(number, path, "::*"));
            module.re_exports.iter().for_each(|path| add(number, path, " (re-exported)"));
        }
    }
    names
}

fn read_sources(folder: &FilePath, prefix: &str, into: &mut Sources) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        if path.is_dir() {
            read_sources(&path, &format!("{prefix}{name}/"), into);
        } else if name.ends_with(".rs") {
            into.insert(format!("{prefix}{name}"), fs::read_to_string(&path).expect("a source file"));
        }
    }
}

/// A module in its own file or inline.
#[derive(Default)]
struct Module {
    file: String,
    parent: usize,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    /// Imported names with their paths.
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    re_exports: Vec<Vec<String>>,
}

enum Found {
    Module(usize),
    Item(usize),
}

/// The root comes first.
struct Modules<'a> {
    sources: &'a Sources,
    all: Vec<Module>,
    /// Every path in a module.
    named: Vec<(usize, Vec<String>)>,
}

impl<'a> Modules<'a> {
    fn load(sources: &'a Sources, root: &str) -> Self {
        let mut modules =
            Self { sources, all: vec![Module { file: root.into(), ..Module::default() }], named: Vec::new() };
        modules.load_file(0);
        modules
    }

    fn load_file(&mut self, module: usize) {
        let source = &self.sources[&self.all[module].file];
        let file = syn::parse_file(source).expect("a source file that compiles");
        self.load_items(module, &file.items);
    }

    fn load_items(&mut self, module: usize, items: &[Item]) {
        let mut reader = Reader { modules: self, module };
        items.iter().for_each(|item| reader.visit_item(item));
    }

    fn load_child(&mut self, parent: usize, child: &ItemMod) {
        let (name, module) = (child.ident.to_string(), self.all.len());
        self.all[parent].children.insert(name.clone(), module);
        let file = self.all[parent].file.clone();
        match &child.content {
            Some((_, items)) => {
                self.all.push(Module { file, parent, ..Module::default() });
                self.load_items(module, items);
            }
            None => {
                let folder = file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let places = [format!("{folder}{name}.rs"), format!("{folder}{name}/mod.rs")];
                let file =
                    places.into_iter().find(|file| self.sources.contains_key(file)).expect("the file of a module");
                self.all.push(Module { file, parent, ..Module::default() });
                self.load_file(module);
            }
        }
    }

    /// A path as it would be without `use`, as far as another crate's names are concerned.
    fn full_path(&self, from: usize, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        // Imports can be circular; the limit ends the loop.
        for _ in 0..8 {
            let Some(imported) = path.first().and_then(|name| self.all[from].imports.get(name)) else { break };
            path = [imported, &path[1..]].concat();
        }
        path
    }

    /// `None` for items of other crates and local names.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<Found> {
        let mut at = from;
        for (place, name) in path.iter().enumerate() {
            let is_last = place + 1 == path.len();
            match name.as_str() {
                "crate" => at = 0,
                "self" => {}
                "super" => at = self.all[at].parent,
                _ => match self.look_up(at, name, is_last, depth) {
                    Some(Found::Module(module)) => at = module,
                    // What follows an item in a path, such as a variant, belongs to it.
                    Some(item) => return Some(item),
                    None if place == 0 => return None,
                    // Macros define items too.
                    None => return Some(Found::Item(at)),
                },
            }
        }
        Some(Found::Module(at))
    }

    fn look_up(&self, at: usize, name: &str, is_last: bool, depth: usize) -> Option<Found> {
        // Imports can be circular; the limit ends the loop.
        if depth > 8 {
            return None;
        }
        let module = &self.all[at];
        let child = module.children.get(name).map(|child| Found::Module(*child));
        let item = || module.items.contains(name).then_some(Found::Item(at));
        let import = || module.imports.get(name).and_then(|path| self.resolve(at, path, depth + 1));
        // A module and a function may share a name. Only the end of a path can be the function.
        if child.is_some() && !is_last {
            return child;
        }
        let glob = || {
            module.globs.iter().find_map(|path| match self.resolve(at, path, depth + 1)? {
                Found::Module(glob) if glob != at => self.look_up(glob, name, is_last, depth + 1),
                _ => None,
            })
        };
        item().or_else(import).or(child).or_else(glob)
    }
}

struct Reader<'m, 'a> {
    modules: &'m mut Modules<'a>,
    module: usize,
}

impl Reader<'_, '_> {
    fn name(&mut self, path: Vec<String>) {
        self.modules.named.push((self.module, path));
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, is_public: bool) {
        let module = &mut self.modules.all[self.module];
        let (name, own) = match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                return self.import(&inner.tree, path, is_public);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, path.clone(), is_public));
            }
            UseTree::Glob(_) => return module.globs.push(path),
            UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
            UseTree::Rename(name) => (name.rename.to_string(), name.ident.to_string()),
        };
        let name = if own == "self" && name == "self" { path.last().cloned().unwrap_or(name) } else { name };
        if own != "self" {
            path.push(own);
        }
        module.imports.insert(name, path.clone());
        if is_public {
            module.re_exports.push(path);
        } else {
            self.name(path);
        }
    }

    /// Paths in the arguments of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Ident(ident) if colons == 2 || path.is_empty() => {
                    colons = 0;
                    path.push(ident.to_string());
                }
                other => {
                    self.end_of_path(&mut path);
                    colons = 0;
                    match other {
                        TokenTree::Ident(ident) => path.push(ident.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
        }
        self.end_of_path(&mut path);
    }

    /// A single word may be a key or a variable.
    fn end_of_path(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.name(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = match item {
            Item::Const(item) => (&item.attrs, Some(&item.ident)),
            Item::Enum(item) => (&item.attrs, Some(&item.ident)),
            Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
            Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
            Item::Static(item) => (&item.attrs, Some(&item.ident)),
            Item::Struct(item) => (&item.attrs, Some(&item.ident)),
            Item::Trait(item) => (&item.attrs, Some(&item.ident)),
            Item::Type(item) => (&item.attrs, Some(&item.ident)),
            Item::Impl(item) => (&item.attrs, None),
            Item::Mod(item) => (&item.attrs, None),
            Item::Use(item) => (&item.attrs, None),
            _ => panic!("an item of a kind that this test does not know"),
        };
        if is_for_tests(attributes) {
            return;
        }
        self.modules.all[self.module].items.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, child: &'ast ItemMod) {
        self.modules.load_child(self.module, child);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, Vec::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.name(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.tokens(call.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &'ast MetaList) {
        self.tokens(list.tokens.clone());
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |meta: Meta| match meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => {
            list.path.is_ident("all") && list.tokens.to_string().split(" , ").any(|part| part == "test")
        }
        Meta::NameValue(_) => false,
    };
    let is_cfg_test =
        |attribute: &Attribute| attribute.path().is_ident("cfg") && attribute.parse_args().is_ok_and(is_test);
    attributes.iter().any(is_cfg_test)
}
