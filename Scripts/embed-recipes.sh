#!/usr/bin/env bash
# Writes Recipes/ into the sources, so that the library and the tool need no files beside them.
# Run it after a change of a recipe; a test compares both.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=Sources/CoppiceExperiments/Configuration/RecipeCatalogue.swift
{
  echo '// Written by Scripts/embed-recipes.sh from Recipes/; change those instead.'
  echo
  echo '/// The recipes that come with Coppice.'
  echo 'public enum RecipeCatalogue {'
  echo '  /// All recipes, in alphabetical order.'
  echo '  public static let recipes: [Recipe] = ['
  for file in $(find Recipes -name '*.toml' | LC_ALL=C sort); do
    algorithm=$(basename "$(dirname "$file")")
    name=$(basename "$file" .toml)
    echo '    Recipe('
    echo "      algorithm: \"$algorithm\", name: \"$name\","
    echo '      text: """'
    sed 's/\\/\\\\/g; s/^\(.\)/        \1/' "$file"
    echo '        """ + "\n"),'
  done
  echo '  ]'
  echo '}'
} >"$out"
swift format --in-place "$out"
