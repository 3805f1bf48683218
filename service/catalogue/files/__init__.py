"""Catalogue files: reading, importing and exporting them.

A catalogue is one YAML or JSON file, or a folder of them. `reading` turns files into entries and finds their faults,
`planning` compares entries with the stored state, `exporting` goes the other way; these three touch no database.
`queries` reads the state, the actions write it.
"""

from pathlib import Path

from service.catalogue.files.actions import export_catalogue, import_catalogue, plan_import
from service.catalogue.files.entries import CatalogueFile, Kind
from service.catalogue.files.exporting.writing import FilesInTheWay, write_catalogue
from service.catalogue.files.faults import Fault, FaultyCatalogue
from service.catalogue.files.planning.plan import ImportPlan, Tally
from service.catalogue.files.queries import framework_slugs
from service.catalogue.files.reading.folder import read_catalogue, scan_catalogue

__all__ = [
    "STARTER",
    "CatalogueFile",
    "Fault",
    "FaultyCatalogue",
    "FilesInTheWay",
    "ImportPlan",
    "Kind",
    "Tally",
    "export_catalogue",
    "framework_slugs",
    "import_catalogue",
    "plan_import",
    "read_catalogue",
    "scan_catalogue",
    "write_catalogue",
]

# The project's own catalogue, for a first run.
STARTER = Path(__file__).resolve().parent.parent / "starter"
