"""Where councils, municipalities and clinics are, and how they are grouped: what figures alone do not tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from fordel_dask.nation import Nation


@dataclass(frozen=True)
class CouncilPlace:
    """A council's name and region."""

    name: str
    region: str


@dataclass(frozen=True)
class MunicipalityPlace:
    """A municipality's name and council."""

    name: str
    council_id: str


@dataclass(frozen=True)
class ClinicPlace:
    """A clinic's type, place and capacities at the status date; blank and none where it is not registered."""

    kind: str
    municipality_code: str
    council_id: str
    capacities: Fraction | None


TENTHS = 10
NOWHERE = ClinicPlace("", "", "", None)


@dataclass(frozen=True)
class Places:
    """What is known of a country's places in the planning year.

    ``tenths`` tell for a clinic in which tenth of all it stands by the share of its patients outside the labour
    market: 1 (least deprived) to 10; a clinic without is in none.
    """

    year: int
    councils: Mapping[str, CouncilPlace]
    municipalities: Mapping[str, MunicipalityPlace]
    clinics: Mapping[str, ClinicPlace]
    tenths: Mapping[str, int] = field(default_factory=dict)

    def clinic(self, ydernummer: str) -> ClinicPlace:
        """Give a clinic's place; blank for one that the register does not have."""
        return self.clinics.get(ydernummer, NOWHERE)

    def region_of(self, ydernummer: str) -> str:
        """Give the region of a clinic's council; blank where that is not known."""
        council = self.councils.get(self.clinic(ydernummer).council_id)
        return council.region if council else ""

    def council_name(self, council_id: str) -> str:
        """Give a council's name, its id where it has none."""
        council = self.councils.get(council_id)
        return council.name if council else council_id


def places_of(nation: Nation, tenths: Mapping[str, int] | None = None) -> Places:
    """Give the places of a nation; ``tenths`` as in :class:`Places`."""
    towns = nation.municipalities
    return Places(
        year=nation.year,
        councils={one.council_id: CouncilPlace(one.council, one.region) for one in nation.councils},
        municipalities={one.code: MunicipalityPlace(one.name, one.council_id) for one in towns},
        clinics={
            one.ydernummer: ClinicPlace(
                one.kind, towns[one.municipality].code, towns[one.municipality].council_id, one.capacities
            )
            for one in nation.clinics
            if one.municipality is not None
        },
        tenths=tenths or {},
    )


def tenths_by(shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Give the tenth, 1 to 10, that each clinic stands in by an ascending share; equal ones by ydernummer."""
    order = sorted(shares, key=lambda code: (shares[code], code))
    return {code: place * TENTHS // len(order) + 1 for place, code in enumerate(order)}
